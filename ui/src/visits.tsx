// Expected against received: a row for each subject, a column for each visit.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { ExpectedVisit, SubjectVisits, Trial, VisitStudy } from './api';
import { kToneClass, ToneSign, type Tone } from './findings';
import { dicomDate } from './format';
import { Field } from './forms';
import { useReading } from './hooks';
import { Loading } from './parts';
import { studyAddress } from './route';
import type { State } from './store';
import { t } from './texts';

const kTones: Record<string, Tone> = { received: 'pass', due: 'note', missed: 'fail' };
const kSent = new Set(['delivered', 'confirmed', 'purged']);

export function VisitsPage({ state }: { state: State }) {
    const trials = state.status?.trials ?? [];
    const [wanted, setWanted] = useState('');
    const trial = trials.find((candidate) => candidate.id === wanted) ?? trials[0];
    return (
        <section>
            <h1>{t.visits.title}</h1>
            <p class="quiet">{t.visits.lead}</p>
            {!state.status && state.link !== 'lost' && <Loading />}
            {state.status && !trial && <p class="calm">{t.visits.noTrial}</p>}
            {trials.length > 1 && (
                <div class="group trial-choice">
                    <Field label={t.visits.trial}>
                        {(id) => (
                            <select id={id} value={trial?.id ?? ''} onChange={(event) => setWanted(event.currentTarget.value)}>
                                {trials.map((candidate) => <option key={candidate.id} value={candidate.id}>{candidate.title}</option>)}
                            </select>
                        )}
                    </Field>
                </div>
            )}
            {trial && <TrialVisits trial={trial} lost={state.link === 'lost'} />}
        </section>
    );
}

function TrialVisits({ trial, lost }: { trial: Trial; lost: boolean }) {
    const { answer, refusal } = useReading(`visits ${trial.id}`, () => api.readVisits(trial.id));
    if (refusal) return <p class="trouble" role="alert">{refusal}</p>;
    if (!answer) return lost ? null : <Loading />;
    if (answer.length === 0) return <p class="calm">{t.visits.noSubjects}</p>;
    const all = answer.flatMap((row) => row.visits);
    const having = (state: string) => all.filter((visit) => visit.state === state).length;
    return (
        <>
            <p class="visits-summary"><strong>{t.visits.summary(having('due'), having('missed'))}</strong></p>
            <VisitTable rows={answer} columns={columnsOf(answer, trial)} />
        </>
    );
}

interface Column {
    key: string; // visit id and which repeat of it
    label: string;
}

/** The visits in the order of the imaging manual, each repeat a column of its own. */
function columnsOf(rows: SubjectVisits[], trial: Trial): Column[] {
    const found = new Map<string, Column & { order: number; repeat: number }>();
    for (const row of rows) {
        for (const { key, visit, repeat } of keyed(row)) {
            if (found.has(key)) continue;
            const at = trial.visits.findIndex((candidate) => candidate.id === visit.id);
            found.set(key, { key, label: visit.label || visit.id, order: at < 0 ? trial.visits.length : at, repeat });
        }
    }
    const columns = [...found.values()].sort((a, b) => a.order - b.order || a.repeat - b.repeat);
    const twins = (label: string) => columns.filter((column) => column.label === label).length > 1;
    return columns.map(({ key, label, repeat }) => ({ key, label: twins(label) ? `${label} ${repeat}` : label }));
}

/** Each visit of a subject with its key: the n-th time that its id comes. */
function keyed(row: SubjectVisits): { key: string; visit: ExpectedVisit; repeat: number }[] {
    const seen = new Map<string, number>();
    return row.visits.map((visit) => {
        const repeat = (seen.get(visit.id) ?? 0) + 1;
        seen.set(visit.id, repeat);
        return { key: `${visit.id} ${repeat}`, visit, repeat };
    });
}

function VisitTable({ rows, columns }: { rows: SubjectVisits[]; columns: Column[] }) {
    return (
        <div class="table-scroll" role="region" aria-label={t.visits.table} tabIndex={0}>
            <table class="visits">
                <thead>
                    <tr>
                        <th scope="col">{t.visits.subject}</th>
                        {columns.map((column) => <th key={column.key} scope="col">{column.label}</th>)}
                    </tr>
                </thead>
                <tbody>{rows.map((row) => <SubjectRow key={row.subject} row={row} columns={columns} />)}</tbody>
            </table>
        </div>
    );
}

function SubjectRow({ row, columns }: { row: SubjectVisits; columns: Column[] }) {
    const visits = new Map(keyed(row).map(({ key, visit }) => [key, visit]));
    return (
        <tr>
            <th scope="row">
                {row.subject}
                {row.left && <p class="quiet">{t.visits.left(dicomDate(row.left))}</p>}
            </th>
            {columns.map((column) => {
                const visit = visits.get(column.key);
                return <td key={column.key}>{visit ? <VisitCell subject={row.subject} visit={visit} label={column.label} /> : t.study.none}</td>;
            })}
        </tr>
    );
}

function VisitCell({ subject, visit, label }: { subject: string; visit: ExpectedVisit; label: string }) {
    const tone = kTones[visit.state] ?? 'none';
    return (
        <div class={`visit ${kToneClass[tone]}`}>
            <p class="visit-state"><ToneSign tone={tone} /><span>{t.visits.state[visit.state] ?? visit.state}</span></p>
            {visit.state !== 'received' && visit.from && <p class="quiet">{t.visits.window(dicomDate(visit.from), dicomDate(visit.to))}</p>}
            {visit.studies.map((study) => <StudyLink key={study.id} study={study} about={`${subject}, ${label}`} />)}
        </div>
    );
}

function StudyLink({ study, about }: { study: VisitStudy; about: string }) {
    const scan = study.study_date ? t.visits.scan(dicomDate(study.study_date)) : t.visits.scanPlain(study.id);
    const outcome = study.outcome === 'pass' ? '' : t.result[study.outcome as keyof typeof t.result] ?? '';
    const words = [outcome, kSent.has(study.state) ? t.visits.sent : t.visits.held].filter(Boolean).join(' · ');
    return (
        <p>
            <a href={studyAddress(study.id)} data-stop aria-label={`${scan}, ${about}`}>{scan}</a> <span class="quiet">{words}</span>
        </p>
    );
}
