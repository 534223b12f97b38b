// How the box is doing, as sentences: what is not well first, with its next step.

import type { ComponentChildren } from 'preact';

import type { Status } from './api';
import { bytes, clock } from './format';
import { Tick, Warn } from './icons';
import { Loading } from './parts';
import type { State } from './store';
import { t } from './texts';

function linkWords(link: State['link'], at: string): string {
    if (link === 'lost') return t.lost.title(at);
    return link === 'live' ? t.system.reached(at) : t.system.polled(at);
}

export function SystemPage({ state }: { state: State }) {
    const { status } = state;
    return (
        <section class="narrow">
            <h1>{t.system.title}</h1>
            <p class="quiet">{t.system.lead}</p>
            {!status && state.link !== 'lost' && <Loading />}
            {status && (
                <ul class="sentences">
                    {status.problems.map((problem) => (
                        <Sentence key={problem.what} well={false}>
                            <strong>{problem.what}</strong>
                            <p>{problem.meaning}</p>
                            {problem.do && <p class="advice"><b>{t.system.next}:</b> {problem.do}</p>}
                        </Sentence>
                    ))}
                    <Sentence well={status.disk_free_bytes > status.disk_reserve_bytes}>{diskWords(status)}</Sentence>
                    <Sentence well>{uploadSentence(status)}</Sentence>
                    <Sentence well>{t.system.node(status.ae_titles.join(', '), status.dicom_address)}</Sentence>
                    {status.trials.map((trial) => (
                        <Sentence key={trial.id} well>
                            {t.system.manual(trial.title, trial.pack_version)} {t.system.subjects(trial.subjects.length)}
                        </Sentence>
                    ))}
                    {state.lastWord !== null && (
                        <Sentence well={state.link !== 'lost'}>
                            {linkWords(state.link, clock(state.lastWord))}
                        </Sentence>
                    )}
                </ul>
            )}
            {status && <p class="quiet">{t.system.version(status.version)}</p>}
        </section>
    );
}

function Sentence(props: { well: boolean; children: ComponentChildren }) {
    return (
        <li class={props.well ? 'is-may_leave' : 'is-needs_you'}>
            <span class="badge">{props.well ? <Tick /> : <Warn />}</span>
            <div>{props.children}</div>
        </li>
    );
}

function diskWords(status: Status): string {
    const free = bytes(status.disk_free_bytes);
    return status.disk_free_bytes > status.disk_reserve_bytes
        ? t.system.disk(free, bytes(status.disk_reserve_bytes))
        : t.system.diskLow(free);
}

function uploadSentence({ uploads }: Status): string {
    const left = bytes(uploads.bytes_left);
    if (uploads.active > 0) return t.system.sending(uploads.active, left);
    if (uploads.waiting > 0) return t.system.waiting(uploads.waiting, left);
    return t.system.noUploads;
}
