// One phantom scan on the page of its study: its numbers, its pictures with regions drawn, what a person confirms, and the
// signature. Where it may be a patient, a person says which it is.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { PhantomDetail, PhantomValue, StudyDetail } from './api';
import { FormTrouble, TextField, useSubmit } from './forms';
import { useReading } from './hooks';
import { May, may } from './may';
import { ByName, useMeaning } from './signature';
import { store } from './store';
import { t } from './texts';
import { Unfold } from './unfold';

interface PartProps {
    scan: PhantomDetail;
    onDone: (note: string) => void;
}

export function PhantomPart({ study, onDone }: { study: StudyDetail; onDone: (note: string) => void }) {
    const asked = study.allowed.includes('say-phantom');
    const { answer, again } = useReading(`phantom ${asked ? study.id : 0}`, async () => (asked ? api.readPhantom(study.id) : null));
    if (!asked || !answer) return null;
    const done = (note: string) => {
        onDone(note);
        void again();
    };
    const pictures = answer.analyses.flatMap((one) => [...one.pictures, ...one.tests.flatMap((test) => test.pictures)]);
    return (
        <section class="block phantom">
            <h2>{answer.label}</h2>
            {answer.why && <p>{answer.why}</p>}
            {study.state !== 'phantom' && <May call="/phantoms/{id}/say"><SayForm scan={answer} is="phantom" onDone={done} /></May>}
            {answer.values.length > 0 && <Values values={answer.values} />}
            <Troubles scan={answer} />
            {answer.form.length > 0 && !answer.signed_by && (
                <Unfold call="/phantoms/{id}/form" button={t.phantoms.filling}>{(close) => <FillingForm scan={answer} onDone={done} onClose={close} />}</Unfold>
            )}
            {may('/phantoms/{id}/confirm') && answer.values.filter(isOpen).map((value) => <ConfirmForm key={value.metric} scan={answer} value={value} onDone={done} />)}
            {study.state === 'phantom' && answer.is === 'phantom' && <Signature scan={answer} trial={study.trial} onDone={done} />}
            {pictures.length > 0 && (
                <ul class="phantom-pictures">
                    {pictures.map((picture) => (
                        <li key={picture.file}>
                            <img src={api.phantomPicture(study.id, picture.file)} alt="" loading="lazy" />
                            <p class="quiet">{picture.caption}</p>
                        </li>
                    ))}
                </ul>
            )}
            <Unfold call="/phantoms/{id}/say" button={t.phantoms.isPatient}>
                {() => <SayForm scan={answer} is="patient" onDone={done} />}
            </Unfold>
        </section>
    );
}

const isOpen = (value: PhantomValue) => value.verdict === 'review';

function allowedText(value: PhantomValue): string {
    const { low, high, unit } = value;
    if (low !== null && high !== null) return t.phantoms.between(t.phantoms.number(low), t.phantoms.number(high), unit);
    if (low !== null) return t.phantoms.atLeast(t.phantoms.number(low), unit);
    return high !== null ? t.phantoms.atMost(t.phantoms.number(high), unit) : '';
}

function Values({ values }: { values: PhantomValue[] }) {
    const judged = values.filter((value) => value.verdict !== 'no_limit');
    const others = values.filter((value) => value.verdict === 'no_limit');
    return (
        <>
            <ValueTable values={judged} />
            {others.length > 0 && <details><summary>{t.phantoms.others(others.length)}</summary><ValueTable values={others} /></details>}
        </>
    );
}

function ValueTable({ values }: { values: PhantomValue[] }) {
    return (
        <table class="watched phantom-values">
            <thead><tr><th scope="col">{t.phantoms.what}</th><th scope="col">{t.phantoms.value}</th><th scope="col">{t.phantoms.allowed}</th><th scope="col">{t.phantoms.result}</th></tr></thead>
            <tbody>
                {values.map((value) => (
                    <tr key={`${value.metric} ${value.part}`} class={value.verdict === 'fail' ? 'is-scan_again' : undefined}>
                        <th scope="row">{[value.label, value.part].filter(Boolean).join(', ')}</th>
                        <td>{t.phantoms.number(value.confirmed ?? value.value)} {value.confirmed === null && `± ${t.phantoms.number(value.uncertainty)} `}{value.unit}</td>
                        <td>{allowedText(value)}</td>
                        <td>{t.phantoms.verdict(value.verdict)}{value.confirmed_by && ` · ${t.phantoms.readBy(value.confirmed_by)}`}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

/** Tests that could not be done, each with its own reason. */
function Troubles({ scan }: { scan: PhantomDetail }) {
    const failed = scan.analyses.flatMap((one) => [
        ...(one.why ? [{ title: t.phantoms.series(one.series_number), why: one.why }] : []),
        ...one.tests.filter((test) => test.why),
    ]);
    if (failed.length === 0) return null;
    return <ul>{failed.map((test, index) => <li key={index}><strong>{test.title}</strong>: {test.why}</li>)}</ul>;
}

function useAct(note: string, onDone: (note: string) => void, send: () => Promise<unknown>) {
    return useSubmit(async () => {
        await store.act(send);
        onDone(note);
    });
}

function ConfirmForm({ scan, value, onDone }: PartProps & { value: PhantomValue }) {
    const [who, setWho] = useState('');
    const [read, setRead] = useState(String(value.value));
    const name = who.trim();
    const submit = useAct(t.phantoms.confirmed(value.label), onDone, () => api.confirmPhantom(scan.study, value.metric, read.trim(), name));
    const check = () => [Number.isFinite(Number(read)) && read.trim() ? '' : t.phantoms.needNumber].filter(Boolean);
    return (
        <form class="form" noValidate onSubmit={submit.onSubmit(check)}>
            <TextField label={t.phantoms.read(value.label, value.unit)} hint={t.phantoms.readHint} value={read} onInput={setRead} />
            <ByName onInput={setWho} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.phantoms.confirm}</button>
            </div>
        </form>
    );
}

function FillingForm({ scan, onDone, onClose }: PartProps & { onClose: () => void }) {
    const [who, setWho] = useState('');
    const [typed, setTyped] = useState<Record<string, string>>(Object.fromEntries(scan.form.map(({ name, value }) => [name, value])));
    const name = who.trim();
    const submit = useAct(t.phantoms.measuredAgain, (note) => { onClose(); onDone(note); },
        () => api.typePhantomForm(scan.study, typed, name));
    return (
        <form class="form" noValidate onSubmit={submit.onSubmit(() => [])}>
            {scan.form.map((field) => (
                <TextField key={field.name} label={t.phantoms.field(field.name)} value={typed[field.name] ?? ''}
                    onInput={(value) => setTyped({ ...typed, [field.name]: value })} />
            ))}
            <ByName onInput={setWho} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.phantoms.measureAgain}</button>
            </div>
        </form>
    );
}

function Signature({ scan, trial, onDone }: PartProps & { trial: string }) {
    const meaning = useMeaning(trial, 'phantom');
    const [who, setWho] = useState('');
    const name = who.trim();
    const submit = useAct(t.phantoms.signedNote, onDone, () => api.signPhantom(scan.study, name));
    const print = <a href={api.phantomStatement(scan.study)} target="_blank" rel="noreferrer">{t.phantoms.print}</a>;
    if (scan.signed_by) return <p>{t.phantoms.signedBy(scan.signed_by)} {print}</p>;
    if (scan.values.some(isOpen)) return <p class="quiet">{t.phantoms.confirmFirst}</p>;
    if (!may('/phantoms/{id}/sign')) return <p class="quiet">{print}</p>;
    return (
        <form class="form" noValidate onSubmit={submit.onSubmit(() => [])}>
            <ByName onInput={setWho} meaning={meaning} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.phantoms.sign}</button>
                    {print}
                </p>
            </div>
        </form>
    );
}

function SayForm({ scan, is, onDone }: PartProps & { is: 'patient' | 'phantom' }) {
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const name = who.trim();
    const submit = useAct(t.phantoms.said(is), onDone, () => api.sayPhantom(scan.study, is, name, why.trim()));
    const check = () => [why.trim() ? '' : t.form.needReason].filter(Boolean);
    return (
        <form class="form" noValidate onSubmit={submit.onSubmit(check)}>
            <p class="form-end">{is === 'patient' ? t.phantoms.patientLead : t.phantoms.phantomLead}</p>
            <ByName onInput={setWho} />
            <TextField label={t.phantoms.why} value={why} onInput={setWhy} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : is === 'patient' ? t.phantoms.sayPatient : t.phantoms.sayPhantom}</button>
            </div>
        </form>
    );
}
