// A wrong assignment: one person proposes what is right, another one confirms or rejects it.

import { useState } from 'preact/hooks';

import { subjectOptions, useArrival, type PanelProps } from './actions';
import * as api from './api';
import type { StudyDetail } from './api';
import { Choices, Field, FormTrouble, TextField, useSubmit } from './forms';
import { studyAddress } from './route';
import type { Correction } from './shapes';
import { may } from './may';
import { ByName, useMeaning } from './signature';
import { store } from './store';
import { t } from './texts';

const kNobody = '-';

export function CorrectPanel({ study, state, onDone }: PanelProps) {
    const heading = useArrival();
    const trial = (state.status?.trials ?? []).find((candidate) => candidate.id === study.trial);
    const [subject, setSubject] = useState('');
    const [visit, setVisit] = useState('');
    const [scope, setScope] = useState('patient');
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const right = subject === kNobody ? '' : subject;
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => api.correct(study.id, right, right ? visit : '', scope, who.trim(), why.trim()));
        onDone(t.correct.proposed);
    });
    const check = () => [
        subject ? '' : t.form.needSubject,
        why.trim() ? '' : t.form.needReason,
    ].filter(Boolean);
    return (
        <section class="panel panel-weighty">
            <h2 ref={heading} tabIndex={-1}>{t.correct.title}</h2>
            <p>{t.correct.lead}</p>
            <form class="form form-two" noValidate onSubmit={submit.onSubmit(check)}>
                <Field label={t.correct.subject}>
                    {(id) => (
                        <select id={id} value={subject} onChange={(event) => setSubject(event.currentTarget.value)}>
                            <option value="">{t.assign.choose}</option>
                            {subjectOptions(trial)}
                            <option value={kNobody}>{t.correct.nobody}</option>
                        </select>
                    )}
                </Field>
                <Field label={t.assign.visit}>
                    {(id) => (
                        <select id={id} value={visit} disabled={!right} onChange={(event) => setVisit(event.currentTarget.value)}>
                            <option value="">{t.correct.sameVisit}</option>
                            {(trial?.visits ?? []).map((one) => <option key={one.id} value={one.id}>{one.label}</option>)}
                        </select>
                    )}
                </Field>
                <Choices label={t.correct.scope} hint={t.correct.scopeHint} value={scope} onChange={setScope}
                    options={[['patient', t.correct.patient], ['study', t.correct.study]]} />
                <ByName onInput={setWho} />
                <TextField label={t.again.why} hint={t.correct.whyHint} value={why} onInput={setWhy} />
                <div class="form-end">
                    <FormTrouble submit={submit} />
                    <p class="actions">
                        <a class="button" href={studyAddress(study.id)}>{t.form.cancel}</a>
                        <span class="bar-space" />
                        <button class="weighty" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.correct.submit}</button>
                    </p>
                </div>
            </form>
        </section>
    );
}

const named = (subject: string, visit: string) => (subject ? [subject, visit].filter(Boolean).join(', ') : t.correct.nobody);

/** What was proposed, and the second person's word on it. */
export function OpenCorrection(props: { study: StudyDetail; correction: Correction; onDone: (note: string) => void }) {
    const { study, correction, onDone } = props;
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const [verdict, setVerdict] = useState('confirm');
    const confirms = verdict === 'confirm';
    const meaning = useMeaning(study.trial, 'confirm-correction');
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => (confirms
            ? api.confirmCorrection(correction.id, who.trim())
            : api.rejectCorrection(correction.id, who.trim(), why.trim())));
        onDone(confirms ? t.correct.confirmed : t.correct.rejected);
    });
    const check = () => [
        confirms || why.trim() ? '' : t.form.needReason,
    ].filter(Boolean);
    return (
        <section class="panel panel-weighty panel-waits">
            <h2>{t.correct.waits}</h2>
            <p>
                {t.correct.change(named(correction.from_subject, correction.from_visit), named(correction.to_subject, correction.to_visit))}
                {' '}{correction.scope === 'patient' ? t.correct.patientToo : t.correct.studyAlone}
            </p>
            <p class="quiet">{t.correct.by(correction.proposed_by, correction.why)}</p>
            <p>{t.correct.second}</p>
            {may('/corrections/{id}/confirm') && <form class="form form-two" noValidate onSubmit={submit.onSubmit(check)}>
                <Choices label={t.correct.decision} value={verdict} onChange={setVerdict}
                    options={[['confirm', t.correct.confirm], ['reject', t.correct.reject]]} />
                <ByName onInput={setWho} meaning={confirms ? meaning : undefined} />
                {!confirms && <TextField label={t.again.why} value={why} onInput={setWhy} />}
                <div class="form-end">
                    <FormTrouble submit={submit} />
                    <p class="actions">
                        <span class="bar-space" />
                        <button class="weighty" type="submit" disabled={submit.busy}>
                            {submit.busy ? t.form.working : confirms ? t.correct.confirm : t.correct.reject}
                        </button>
                    </p>
                </div>
            </form>}
        </section>
    );
}
