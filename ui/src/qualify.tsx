// What a person says of a scanner: it is qualified, it is not, a phantom scan passed.

import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

import * as api from './api';
import type { Scanner } from './api';
import { DateField, Field, FormTrouble, onEscape, TextField, useSubmit, type Submit } from './forms';
import { useReading } from './hooks';
import { nameOf } from './outcomes';
import { ByName } from './signature';
import { store, type State } from './store';
import { t } from './texts';

interface ScannerFormProps {
    scanner: Scanner;
    onClose: () => void;
    onDone: (note: string) => void;
}

/** Sends, closes, and says what came of it. */
function useScannerSubmit({ onClose, onDone }: ScannerFormProps, note: string, send: () => Promise<unknown>): Submit {
    return useSubmit(async () => {
        await store.act(send);
        onClose();
        onDone(note);
    });
}

function FormFrame(props: { submit: Submit; check: () => string[]; button: string; onClose: () => void; children: ComponentChildren }) {
    const { submit } = props;
    return (
        <form class="form form-waive" noValidate onSubmit={submit.onSubmit(props.check)} onKeyDown={onEscape(props.onClose)}>
            {props.children}
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button type="button" onClick={props.onClose}>{t.form.cancel}</button>
                    <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : props.button}</button>
                </p>
            </div>
        </form>
    );
}

const labelOf = (scanner: Scanner) => scanner.label || scanner.key;

interface Reconstruction {
    study: string;
    slot: string;
    standard: string;
}

export function QualifyForm(props: ScannerFormProps & { state: State }) {
    const { scanner } = props;
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const [shown, setShown] = useState<Reconstruction>({ study: '', slot: '', standard: '' });
    const name = who.trim();
    const more: Record<string, string> = shown.study
        ? { study: shown.study, slot: shown.slot, ...(shown.standard.trim() ? { standard: shown.standard.trim() } : {}) } : {};
    const submit = useScannerSubmit(props, t.qualify.done(labelOf(scanner)),
        () => api.qualify(scanner.id, true, name, why.trim(), more));
    const check = () => [
        why.trim() ? '' : t.form.needReason, shown.study && !shown.slot ? t.qualify.needSlot : '',
    ].filter(Boolean);
    return (
        <FormFrame submit={submit} check={check} button={t.qualify.submit} onClose={props.onClose}>
            <p class="form-end">{t.qualify.lead}</p>
            <ByName onInput={setWho} />
            <TextField label={t.qualify.why} hint={t.qualify.whyHint} value={why} onInput={setWhy} />
            <details class="form-end">
                <summary>{t.qualify.reconstruction}</summary>
                <div class="form form-three">
                    <ReconstructionFields scanner={scanner} state={props.state} value={shown} onChange={setShown} />
                </div>
            </details>
        </FormFrame>
    );
}

/** The study whose series shows the reconstruction; its slots are asked for once it is chosen. */
function ReconstructionFields(props: { scanner: Scanner; state: State; value: Reconstruction; onChange: (value: Reconstruction) => void }) {
    const { value, onChange } = props;
    const studies = [...(props.state.studies?.values() ?? [])].filter((study) => study.trial === props.scanner.trial);
    const { answer: slots } = useReading(`slots ${value.study}`, async () =>
        (value.study ? (await api.readStudy(Number(value.study))).slots : []));
    return (
        <>
            <Field label={t.qualify.study}>
                {(id) => (
                    <select id={id} value={value.study} onChange={(event) => onChange({ ...value, study: event.currentTarget.value, slot: '' })}>
                        <option value="">{t.qualify.noStudy}</option>
                        {studies.map((study) => <option key={study.id} value={String(study.id)}>{t.qualify.studyChoice(study.id, nameOf(study))}</option>)}
                    </select>
                )}
            </Field>
            <Field label={t.qualify.slot}>
                {(id) => (
                    <select id={id} value={value.slot} disabled={!slots?.length} onChange={(event) => onChange({ ...value, slot: event.currentTarget.value })}>
                        <option value="">{t.place.choose}</option>
                        {slots?.map((slot) => <option key={slot.id} value={slot.id}>{slot.label}</option>)}
                    </select>
                )}
            </Field>
            <TextField label={t.qualify.standard} hint={t.qualify.standardHint} value={value.standard}
                onInput={(standard) => onChange({ ...value, standard })} />
        </>
    );
}

export function WithdrawForm(props: ScannerFormProps) {
    const { scanner } = props;
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const name = who.trim();
    const submit = useScannerSubmit(props, t.qualify.withdrawn(labelOf(scanner)),
        () => api.qualify(scanner.id, false, name, why.trim(), {}));
    const check = () => [why.trim() ? '' : t.form.needReason].filter(Boolean);
    return (
        <FormFrame submit={submit} check={check} button={t.qualify.withdrawSubmit} onClose={props.onClose}>
            <p class="form-end">{t.qualify.withdrawLead}</p>
            <ByName onInput={setWho} />
            <TextField label={t.qualify.why} value={why} onInput={setWhy} />
        </FormFrame>
    );
}

export function PhantomForm(props: ScannerFormProps) {
    const { scanner } = props;
    const [phantom, setPhantom] = useState('');
    const [day, setDay] = useState('');
    const [who, setWho] = useState('');
    const listId = useId();
    const name = who.trim();
    const submit = useScannerSubmit(props, t.phantom.done(phantom.trim(), labelOf(scanner)),
        () => api.phantomPassed(scanner.id, phantom.trim(), day, name));
    const check = () => [phantom.trim() ? '' : t.phantom.needPhantom, day ? '' : t.phantom.needDay].filter(Boolean);
    return (
        <FormFrame submit={submit} check={check} button={t.phantom.submit} onClose={props.onClose}>
            <Field label={t.phantom.phantom} hint={t.phantom.phantomHint}>
                {(id, hintId) => (
                    <>
                        <input id={id} type="text" autoComplete="off" maxLength={100} list={listId} aria-describedby={hintId}
                            value={phantom} onInput={(event) => setPhantom(event.currentTarget.value)} />
                        <datalist id={listId}>{scanner.phantoms.map((known) => <option key={known.id} value={known.id} />)}</datalist>
                    </>
                )}
            </Field>
            <DateField label={t.phantom.on} value={day} onInput={setDay} />
            <ByName onInput={setWho} />
        </FormFrame>
    );
}
