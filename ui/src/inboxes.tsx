// The trials that this site is enrolled for, whether their central teams can be heard, and enrolling for one more.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { CentralInbox } from './api';
import { ago, day } from './format';
import { Field, FormTrouble, TextField, useSubmit } from './forms';
import { May, may } from './may';
import { ByName } from './signature';
import { store } from './store';
import { t } from './texts';

type Done = (text: string) => void;

export function Inboxes({ trials, now, onDone }: { trials: CentralInbox[]; now: number; onDone: Done }) {
    const pull = useSubmit(async () => {
        await store.act(() => api.pullInbox());
        onDone(t.central.pulled);
    });
    return (
        <section class="group">
            <h2>{t.central.ways}</h2>
            {trials.length === 0 && <p class="calm">{t.central.noWays}</p>}
            {trials.map((trial) => <InboxCard key={trial.trial} trial={trial} now={now} />)}
            <FormTrouble submit={pull} />
            {trials.length > 0 && may('/inbox/pull') && (
                <p class="actions"><button type="button" disabled={pull.busy} onClick={pull.onSubmit(() => [])}>{t.central.pull}</button></p>
            )}
            <May call="/enrolments"><Enrol onDone={onDone} /></May>
        </section>
    );
}

function InboxCard({ trial, now }: { trial: CentralInbox; now: number }) {
    const well = trial.state === 'accepted' && !trial.trouble && !trial.missing && !trial.closed;
    return (
        <article class={`card card-small ${well ? 'is-may_leave' : 'is-needs_you'}`}>
            <div class="card-top">
                <h3 class="outcome">{trial.title || trial.trial}</h3>
                <p class="who">{t.central.state[trial.state] ?? trial.state}</p>
            </div>
            <div class="card-body card-body-plain">
                {trial.trouble && <p class="headline">{trial.trouble}</p>}
                {trial.missing && <p class="headline">{trial.missing}</p>}
                {trial.closed && <p class="headline">{trial.closed}</p>}
                {trial.state === 'requested' && <p class="advice">{t.central.fingerprint(trial.fingerprint)}</p>}
                <p class="quiet">
                    {[
                        t.central.node(trial.ae_title),
                        trial.polled_at !== null ? t.central.asked(ago(trial.polled_at, now)) : '',
                        trial.refreshed_at !== null ? t.central.heard(ago(trial.refreshed_at, now)) : '',
                        trial.certificate_ends !== null ? t.central.certificate(day(trial.certificate_ends)) : '',
                    ].filter(Boolean).join(' ')}
                </p>
                {trial.not_expected.length > 0 && <p>{t.central.notExpected(trial.not_expected.join(', '))}</p>}
                {trial.refused.map((item) => (
                    <details key={item.name}>
                        <summary>{t.central.refused(item.name)}</summary>
                        <ul>{item.reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
                    </details>
                ))}
                {trial.software.map((offer) => <p key={offer.name}>{t.central.software(offer.name, offer.version)} {offer.notes}</p>)}
            </div>
        </article>
    );
}

function Enrol({ onDone }: { onDone: Done }) {
    const [file, setFile] = useState('');
    const [ae, setAe] = useState('');
    const [who, setWho] = useState('');
    const submit = useSubmit(async () => {
        await store.act(() => api.enrol(file, ae.trim(), who.trim()));
        setFile('');
        onDone(t.central.enrolled);
    });
    const check = () => [
        file ? '' : t.central.needFile, ae.trim() ? '' : t.central.needAe, 
    ].filter(Boolean);
    const take = (input: HTMLInputElement) => void input.files?.[0]?.text().then(setFile);
    return (
        <details>
            <summary>{t.central.enrol}</summary>
            <form noValidate onSubmit={submit.onSubmit(check)}>
                <Field label={t.central.file} hint={t.central.fileHint}>
                    {(id, hintId) => <input id={id} type="file" aria-describedby={hintId} onChange={(event) => take(event.currentTarget)} />}
                </Field>
                <TextField label={t.central.ae} value={ae} onInput={setAe} />
                <ByName onInput={setWho} />
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.central.enrolSubmit}</button>
                </p>
            </form>
        </details>
    );
}
