// A check that failed is let pass, under a deviation that the sponsor agreed to.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { Finding, StudyDetail } from './api';
import { capital } from './format';
import { Choices, DateField, FormTrouble, onEscape, TextField, useSubmit } from './forms';
import { ByName, useMeaning } from './signature';
import { store } from './store';
import { t } from './texts';

export function WaiveForm(props: { study: StudyDetail; finding: Finding; onClose: () => void; onDone: (note: string) => void }) {
    const { study, finding, onClose, onDone } = props;
    const [deviation, setDeviation] = useState('');
    const [span, setSpan] = useState('study');
    const [until, setUntil] = useState('');
    const [who, setWho] = useState('');
    const number = deviation.trim();
    const name = who.trim();
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => api.waive(study.id, finding.rule, number, span, until, name));
        onClose();
        onDone(t.waive.done(capital(finding.label), number));
    });
    const check = () => [number ? '' : t.waive.needDeviation].filter(Boolean);
    return (
        <form class="form form-waive" noValidate onSubmit={submit.onSubmit(check)} onKeyDown={onEscape(onClose)}>
            <p class="form-end">{t.waive.lead}</p>
            <TextField label={t.waive.deviation} hint={t.waive.deviationHint} value={deviation} onInput={setDeviation} />
            <Choices label={t.waive.span} options={[['study', t.waive.study], ['subject', t.waive.subject]]} value={span} onChange={setSpan} />
            <DateField label={t.waive.until} hint={t.waive.untilHint} value={until} onInput={setUntil} />
            <ByName onInput={setWho} meaning={useMeaning(study.trial, 'waive')} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button type="button" onClick={onClose}>{t.form.cancel}</button>
                    <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.waive.submit}</button>
                </p>
            </div>
        </form>
    );
}
