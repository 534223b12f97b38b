// Everything that scanners sent and that is not simply in, with what to do about it.

import { useState } from 'preact/hooks';

import type { Refusal } from './api';
import { ago } from './format';
import { FormTrouble, useSubmit } from './forms';
import { useNow } from './hooks';
import { Dash, Tick, Warn } from './icons';
import { Copyable, Loading } from './parts';
import { studyAddress } from './route';
import { may } from './may';
import { ByName } from './signature';
import { store, type State } from './store';
import { t } from './texts';

/** A duplicate is in order by itself; all else waits until a person has seen it. */
export function refusalNeedsSomeone(refusal: Refusal): boolean {
    return !refusal.acknowledged_by && refusal.kind !== 'duplicate';
}

export function Refusals({ state }: { state: State }) {
    const now = useNow();
    const [who, setWho] = useState('');
    const refusals = state.refusals;
    if (!refusals) return <section><h1>{t.refusals.title}</h1>{state.link !== 'lost' && <Loading />}</section>;
    const open = refusals.filter(refusalNeedsSomeone);
    const seen = refusals.filter((refusal) => !refusalNeedsSomeone(refusal));
    return (
        <section class="narrow">
            <h1>{t.refusals.title}</h1>
            {refusals.length === 0 ? (
                <div class="empty"><h2>{t.refusals.none}</h2><p class="quiet">{t.refusals.noneWhy}</p></div>
            ) : <p class="quiet">{t.refusals.lead}</p>}
            {refusals.length > 0 && (
                <section class="group">
                    <h2>{t.refusals.open(open.length)}</h2>
                    {open.length === 0 && <p class="calm">{t.refusals.noneOpen}</p>}
                    {open.length > 0 && may('/refusals/{id}/acknowledge') && <ByName onInput={setWho} />}
                    {open.map((refusal) => <RefusalCard key={refusal.id} refusal={refusal} now={now} who={who} />)}
                </section>
            )}
            {seen.length > 0 && (
                <details class="group">
                    <summary>{t.refusals.seen(seen.length)}</summary>
                    {seen.map((refusal) => <RefusalCard key={refusal.id} refusal={refusal} now={now} who={null} />)}
                </details>
            )}
        </section>
    );
}

function RefusalCard({ refusal, now, who }: { refusal: Refusal; now: number; who: string | null }) {
    const kind = t.refusals.kind[refusal.kind] ?? refusal.kind;
    const calm = who === null;
    const meta = [
        t.refusals.from(refusal.calling_ae_title || refusal.address, refusal.calling_ae_title ? refusal.address : ''),
        refusal.count > 1 ? t.refusals.times(refusal.count) : '',
        refusal.acknowledged_by ? t.refusals.seenBy(refusal.acknowledged_by) : '',
    ].filter(Boolean).join(' · ');
    return (
        <article class={`card card-small ${calm ? 'is-not_judged' : refusal.kind === 'duplicate' ? 'is-not_judged' : 'is-needs_you'}`}>
            <div class="card-top">
                <h3 class="outcome"><span class="badge">{calm ? (refusal.acknowledged_by ? <Tick /> : <Dash />) : <Warn />}</span>{kind}</h3>
                <p class="quiet when">{ago(refusal.at, now)}</p>
            </div>
            <div class="card-body card-body-plain">
                <p class="headline">{refusal.sentence}</p>
                {refusal.do && <p class="advice">{refusal.do}</p>}
                <p class="quiet">{meta}</p>
                {who !== null && may('/refusals/{id}/acknowledge') && <Acknowledge refusal={refusal} who={who} kind={kind} />}
                {who === null && refusal.study_id !== null && <p><a href={studyAddress(refusal.study_id)}>{t.refusals.toStudy}</a></p>}
                <details>
                    <summary>{t.study.technical}</summary>
                    <dl class="facts">
                        <div><dt>{t.study.fields.reason}</dt><dd><code>{refusal.reason}</code></dd></div>
                        {refusal.sop_instance_uid && (
                            <div><dt>{t.study.fields.instanceUid}</dt><dd><Copyable label={t.study.fields.instanceUid} value={refusal.sop_instance_uid} /></dd></div>
                        )}
                    </dl>
                </details>
            </div>
        </article>
    );
}

function Acknowledge({ refusal, who, kind }: { refusal: Refusal; who: string; kind: string }) {
    const name = who.trim();
    const submit = useSubmit(async () => {
        await store.acknowledge(refusal.id, name);
    });
    return (
        <form noValidate onSubmit={submit.onSubmit(() => [])}>
            <FormTrouble submit={submit} />
            <p class="actions">
                <button type="submit" disabled={submit.busy} aria-label={t.refusals.acknowledgeOf(`${kind}. ${refusal.sentence}`)}>
                    {submit.busy ? t.form.working : t.refusals.acknowledge}
                </button>
                {refusal.study_id !== null && <a class="button" href={studyAddress(refusal.study_id)}>{t.refusals.toStudy}</a>}
            </p>
        </form>
    );
}
