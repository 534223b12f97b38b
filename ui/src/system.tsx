// How the box is doing, as sentences: what is not well first, with its next step.

import type { ComponentChildren } from 'preact';

import type { Status } from './api';
import { readSystem } from './api_system';
import { bytes, clock } from './format';
import { useNow, useReading } from './hooks';
import { Tick, Warn } from './icons';
import { Loading } from './parts';
import type { State } from './store';
import { certificateWords, endsSoon, Log, Nodes } from './system_parts';
import { t } from './texts';

const kFewDays = 7;
const kLogRoles = ['site-it', 'auditor'];

function linkWords(link: State['link'], at: string): string {
    if (link === 'lost') return t.lost.title(at);
    return link === 'live' ? t.system.reached(at) : t.system.polled(at);
}

export function SystemPage({ state }: { state: State }) {
    const { status } = state;
    const { answer } = useReading('system', readSystem);
    const now = useNow();
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
                    {answer && answer.disk.days_left !== null && <Sentence well={answer.disk.days_left >= kFewDays}>{t.machine.daysLeft(answer.disk.days_left)}</Sentence>}
                    <Sentence well>{uploadSentence(status)}</Sentence>
                    <Sentence well>{t.system.node(status.ae_titles.join(', '), status.dicom_address)}</Sentence>
                    {status.trials.map((trial) => (
                        <Sentence key={trial.id} well>
                            {t.system.manual(trial.title, trial.pack_version)} {t.system.subjects(trial.subjects.length)}
                        </Sentence>
                    ))}
                    {answer?.certificates.map((one) => (
                        <Sentence key={one.trial} well={!endsSoon(one.ends_at, now)}>
                            {certificateWords(one)}
                            {endsSoon(one.ends_at, now) && <p class="advice"><b>{t.system.next}:</b> {one.trial ? t.machine.renewTrial : t.machine.renew}</p>}
                        </Sentence>
                    ))}
                    {state.lastWord !== null && (
                        <Sentence well={state.link !== 'lost'}>
                            {linkWords(state.link, clock(state.lastWord))}
                        </Sentence>
                    )}
                </ul>
            )}
            {answer && <Nodes nodes={answer.nodes} />}
            {kLogRoles.includes(state.who?.role ?? '') && <Log />}
            {status && <p class="quiet">{t.system.version(status.version)} {answer?.versions.slice(1).map((one) => `${one.name} ${one.version}`).join(' · ')}</p>}
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
