// Imaging manuals that came from the central team: what changed, from when, and who has read them.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { CentralPack } from './api';
import { absolute, day } from './format';
import { FormTrouble, useSubmit } from './forms';
import { t } from './texts';
import { may } from './may';
import { ByName } from './signature';
import { store } from './store';

type Done = (text: string) => void;

export function Packs({ packs, now, onDone }: { packs: CentralPack[]; now: number; onDone: Done }) {
    const present = packs.filter((pack) => pack.state !== 'former');
    const former = packs.filter((pack) => pack.state === 'former');
    return (
        <section class="group">
            <h2>{t.central.packs}</h2>
            <p class="quiet">{packs.length === 0 ? t.central.noPacks : t.central.packsLead}</p>
            {present.map((pack) => <PackCard key={pack.id} pack={pack} now={now} onDone={onDone} />)}
            {former.length > 0 && (
                <details>
                    <summary>{t.central.former(former.length)}</summary>
                    {former.map((pack) => <PackCard key={pack.id} pack={pack} now={now} onDone={null} />)}
                </details>
            )}
        </section>
    );
}

function PackCard({ pack, now, onDone }: { pack: CentralPack; now: number; onDone: Done | null }) {
    const coming = pack.state === 'scheduled' && pack.in_force_at !== null && pack.in_force_at > now;
    const names = pack.acknowledged.map((one) => one.who).join(', ');
    const run = pack.trial_run;
    return (
        <article class={`card card-small ${pack.withdrawn ? 'is-scan_again' : pack.state === 'in-force' ? 'is-may_leave' : 'is-not_judged'}`}>
            <div class="card-top">
                <h3 class="outcome">{t.central.life[pack.shown_as] ?? pack.shown_as}</h3>
                <p class="who">{t.central.packTitle(pack.trial, pack.version)}</p>
            </div>
            <div class="card-body card-body-plain">
                {pack.withdrawn && <p class="headline">{t.central.withdrawn(pack.withdrawn)}</p>}
                {pack.in_force_since !== null && <p>{t.central.since(day(pack.in_force_since))}</p>}
                {coming && <p class="headline">{t.central.from(absolute(pack.in_force_at ?? 0))}</p>}
                {run && run.studies > 0 && <p class="advice">{t.central.run(run.fail_then, run.studies, run.fail_now)}</p>}
                {pack.changes.length === 0 ? <p class="quiet">{t.central.noChanges}</p> : (
                    <details open={coming}>
                        <summary>{t.central.changes(pack.changes.length)}</summary>
                        <ul>
                            {pack.changes.map((change) => (
                                <li key={`${change.section} ${change.text}`}>
                                    {change.text}
                                    {change.details.map((line) => <p key={line} class="quiet">{line}</p>)}
                                </li>
                            ))}
                        </ul>
                    </details>
                )}
                <p class="quiet">{names ? t.central.readBy(names) : t.central.readByNobody}</p>
                {onDone && !pack.withdrawn && may('/packs/{id}/acknowledge') && <Acknowledge pack={pack} onDone={onDone} />}
            </div>
        </article>
    );
}

function Acknowledge({ pack, onDone }: { pack: CentralPack; onDone: Done }) {
    const [who, setWho] = useState('');
    const submit = useSubmit(async () => {
        await store.act(() => api.acknowledgePack(pack.id, who.trim()));
        onDone(t.central.acknowledged);
    });
    return (
        <form noValidate onSubmit={submit.onSubmit(() => [])}>
            <ByName onInput={setWho} />
            <FormTrouble submit={submit} />
            <p class="actions">
                <button type="submit" disabled={submit.busy} aria-label={t.central.acknowledgeOf(pack.version)}>
                    {submit.busy ? t.form.working : t.central.acknowledge}
                </button>
            </p>
        </form>
    );
}
