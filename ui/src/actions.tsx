// What a person can do with a study: the harmless on the left, the weighty on the right, consequences before consent.

import { useEffect, useRef, useState } from 'preact/hooks';

import * as api from './api';
import type { StudyDetail, Trial, Visit } from './api';
import { CorrectPanel, OpenCorrection } from './correct';
import { toneOf } from './findings';
import { dicomDate, personName, prose } from './format';
import { Field, FormTrouble, useSubmit } from './forms';
import { go, studyAddress, type Panel } from './route';
import { ByName, useMeaning } from './signature';
import { store, type State } from './store';
import { t } from './texts';

export interface PanelProps {
    study: StudyDetail;
    state: State;
    onDone: (note: string) => void;
}

export function ActionBar({ study, state, panel }: { study: StudyDetail; state: State; panel: Panel | null }) {
    const [note, setNote] = useState('');
    const mayAssign = study.allowed.includes('assign');
    const mayRelease = study.allowed.includes('release');
    const mayJudge = study.allowed.includes('judge-again');
    const mayCorrect = study.allowed.includes('correct');
    const finish = (text: string) => {
        setNote(text);
        go(studyAddress(study.id));
    };
    const props = { study, state, onDone: finish };
    const place = useReturn(panel);
    if (panel === 'assign' && mayAssign) return <AssignPanel {...props} />;
    if (panel === 'release' && mayRelease) return <ReleasePanel {...props} />;
    if (panel === 'again' && mayJudge) return <AgainPanel {...props} />;
    if (panel === 'correct' && mayCorrect) return <CorrectPanel {...props} />;
    return (
        <div ref={place} class="contents">
            <p class={note ? 'notice notice-well' : 'unseen'} role="status" tabIndex={-1}>{note}</p>
            {study.correction && <OpenCorrection study={study} correction={study.correction} onDone={setNote} />}
            {(mayAssign || mayRelease || mayJudge || mayCorrect) && (
                <div class="bar">
                    {mayAssign && (
                        <a class={study.subject ? 'button' : 'button strong'} href={studyAddress(study.id, 'assign')}>
                            {study.subject ? t.assign.change : t.assign.open}
                        </a>
                    )}
                    {mayJudge && <a class="button" href={studyAddress(study.id, 'again')}>{t.again.open}</a>}
                    {mayCorrect && <a class="button" href={studyAddress(study.id, 'correct')}>{t.correct.open}</a>}
                    <span class="bar-space" />
                    {mayRelease && <a class="button weighty" href={studyAddress(study.id, 'release')}>{t.release.open}</a>}
                </div>
            )}
        </div>
    );
}

/** When a panel closes, the focus goes to what came of it, or back to the button that opened it. */
function useReturn(panel: Panel | null) {
    const place = useRef<HTMLDivElement>(null);
    const before = useRef(panel);
    useEffect(() => {
        const closed = before.current;
        before.current = panel;
        if (panel || !closed) return;
        const note = place.current?.querySelector<HTMLElement>('.notice');
        const opener = place.current?.querySelector<HTMLElement>(`a[href$="/${closed}"]`);
        (note ?? opener)?.focus();
    }, [panel]);
    return place;
}

/** Brings a panel that just opened into view and puts the focus on its heading. */
export function useArrival() {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        heading.current?.focus({ preventScroll: true });
        const panel = heading.current?.closest('section');
        // On a screen tall enough the panel sticks to the lower edge and is in view already.
        if (panel && getComputedStyle(panel).position !== 'sticky') panel.scrollIntoView({ block: 'start' });
    }, []);
    return heading;
}

function AssignPanel({ study, state, onDone }: PanelProps) {
    const heading = useArrival();
    const trials = (state.status?.trials ?? []).filter((candidate) =>
        candidate.subjects.length > 0 && (!study.trial || candidate.id === study.trial));
    const [subject, setSubject] = useState(study.subject);
    const [visit, setVisit] = useState(study.visit);
    const [who, setWho] = useState('');
    const trial = trials.find((candidate) => candidate.subjects.includes(subject));
    // What the box suggests is for the subject that it knows; for another one it says nothing.
    const likely = !study.subject || subject === study.subject ? study.suggested_visits : [];
    const visitLabel = [...likely, ...(trial?.visits ?? [])].find((candidate) => candidate.id === visit)?.label;
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => api.assign(study.id, subject, visit, who.trim()));
        onDone(t.assign.done(subject));
    });
    const check = () => [
        subject ? '' : t.form.needSubject,
        visitLabel ? '' : t.form.needVisit,
    ].filter(Boolean);
    return (
        <section class="panel">
            <h2 ref={heading} tabIndex={-1}>{t.assign.title}</h2>
            <p class="who">{scannerWords(study).map((part, index) => (index === 0 ? <strong key={part}>{part}</strong> : <span key={part}>{part}</span>))}</p>
            <p>{trials.length > 0 ? t.assign.compare : t.assign.noSubjects}</p>
            {likely.length > 0 && (
                <div class="suggested" role="group" aria-label={t.assign.likely}>
                    {likely.map((candidate) => (
                        <p key={candidate.id}>
                            <button type="button" class="small" aria-pressed={visit === candidate.id} onClick={() => setVisit(candidate.id)}>{candidate.label}</button>
                            <span class="quiet">{candidate.why}</span>
                        </p>
                    ))}
                </div>
            )}
            <form class="form form-three" noValidate onSubmit={submit.onSubmit(check)}>
                <Field label={t.assign.subject} hint={t.assign.notListed}>
                    {(id, hintId) => (
                        <select id={id} aria-describedby={hintId} value={subject} onChange={(event) => setSubject(event.currentTarget.value)}>
                            <option value="">{t.assign.choose}</option>
                            {trials.length === 1 ? subjectOptions(trials[0]) : trials.map((candidate) => (
                                <optgroup key={candidate.id} label={candidate.title}>{subjectOptions(candidate)}</optgroup>
                            ))}
                        </select>
                    )}
                </Field>
                <Field label={t.assign.visit}>
                    {(id) => (
                        <select id={id} value={visitLabel ? visit : ''} disabled={!trial} onChange={(event) => setVisit(event.currentTarget.value)}>
                            <option value="">{t.assign.choose}</option>
                            <VisitOptions likely={likely} all={trial?.visits ?? []} />
                        </select>
                    )}
                </Field>
                <ByName onInput={setWho} meaning={useMeaning(trial?.id ?? study.trial, 'assign')} />
                <div class="form-end">
                    {subject && visitLabel && <p class="consequence">{t.assign.consequence(subject, visitLabel)}</p>}
                    <FormTrouble submit={submit} />
                    <p class="actions">
                        <a class="button" href={studyAddress(study.id)}>{t.form.cancel}</a>
                        <span class="bar-space" />
                        <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.assign.submit}</button>
                    </p>
                </div>
            </form>
        </section>
    );
}

/** What the scanner says of the patient, to be compared with the wristband. */
function scannerWords(study: StudyDetail): string[] {
    return [
        personName(study.patient_label), study.modality, study.study_description, dicomDate(study.study_date),
        study.source && t.study.from(study.source),
    ].filter(Boolean);
}

/** The likely visits first, then the others. */
function VisitOptions({ likely, all }: { likely: Visit[]; all: Visit[] }) {
    const option = (visit: Visit) => <option key={visit.id} value={visit.id}>{visit.label}</option>;
    if (likely.length === 0) return <>{all.map(option)}</>;
    const others = all.filter((visit) => !likely.some((candidate) => candidate.id === visit.id));
    return (
        <>
            <optgroup label={t.assign.likely}>{likely.map(option)}</optgroup>
            {others.length > 0 && <optgroup label={t.assign.others}>{others.map(option)}</optgroup>}
        </>
    );
}

export function subjectOptions(trial: Trial | undefined) {
    return (trial?.subjects ?? []).map((subject) => <option key={subject} value={subject}>{subject}</option>);
}

function ReleasePanel({ study, onDone }: PanelProps) {
    const heading = useArrival();
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const deviations = study.findings.filter((finding) => toneOf(finding) === 'fail' || toneOf(finding) === 'unknown');
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => api.release(study.id, who.trim(), why.trim()));
        onDone(t.release.done);
    });
    const check = () => [why.trim() ? '' : t.form.needReason].filter(Boolean);
    return (
        <section class="panel panel-weighty">
            <h2 ref={heading} tabIndex={-1}>{t.release.title}</h2>
            <p><b>{t.release.sees}:</b></p>
            <ul class="sees">
                {deviations.map((finding, index) => (
                    <li key={index}>{prose(t.release.seesOne(finding.label, finding.found, finding.expected))}</li>
                ))}
                {deviations.length === 0 && study.headline && <li>{prose(study.headline)}</li>}
                <li>{t.release.seesYou}</li>
            </ul>
            <p>{t.release.final}</p>
            {study.advice && <p class="quiet">{t.release.instead} {prose(study.advice)}</p>}
            <form class="form form-two" noValidate onSubmit={submit.onSubmit(check)}>
                <ByName onInput={setWho} meaning={useMeaning(study.trial, 'release')} />
                <Field label={t.release.why} hint={t.release.whyHint}>
                    {(id, hintId) => (
                        <textarea id={id} rows={2} maxLength={250} aria-describedby={hintId} value={why}
                            onInput={(event) => setWhy(event.currentTarget.value)} />
                    )}
                </Field>
                <div class="form-end">
                    <FormTrouble submit={submit} />
                    <p class="actions">
                        <a class="button" href={studyAddress(study.id)}>{t.form.cancel}</a>
                        <span class="bar-space" />
                        <button class="weighty" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.release.submit}</button>
                    </p>
                </div>
            </form>
        </section>
    );
}

function AgainPanel({ study, onDone }: PanelProps) {
    const heading = useArrival();
    const [who, setWho] = useState('');
    const [why, setWhy] = useState('');
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => api.judgeAgain(study.id, who.trim(), why.trim()));
        onDone(t.again.done);
    });
    const check = () => [why.trim() ? '' : t.form.needReason].filter(Boolean);
    return (
        <section class="panel">
            <h2 ref={heading} tabIndex={-1}>{t.again.title}</h2>
            <p>{t.again.lead}</p>
            <form class="form form-two" noValidate onSubmit={submit.onSubmit(check)}>
                <ByName onInput={setWho} meaning={useMeaning(study.trial, 'judge-again')} />
                <Field label={t.again.why} hint={t.again.whyHint}>
                    {(id, hintId) => (
                        <input id={id} type="text" autoComplete="off" maxLength={250} aria-describedby={hintId} value={why}
                            onInput={(event) => setWhy(event.currentTarget.value)} />
                    )}
                </Field>
                <div class="form-end">
                    <FormTrouble submit={submit} />
                    <p class="actions">
                        <a class="button" href={studyAddress(study.id)}>{t.form.cancel}</a>
                        <span class="bar-space" />
                        <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.again.submit}</button>
                    </p>
                </div>
            </form>
        </section>
    );
}
