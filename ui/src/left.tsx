// What left of the study's headers and what did not, rule by rule.

import { useState } from 'preact/hooks';

import { readDeid, type DeidLine, type DeidReport, type StudyDetail } from './api';
import { when } from './format';
import { useReading } from './hooks';
import { Copyable, Loading } from './parts';
import { t } from './texts';

export function WhatLeft({ study, now }: { study: StudyDetail; now: number }) {
    const [open, setOpen] = useState(false);
    const newest = study.deid;
    return (
        <section class="block">
            <h2>{t.left.title}</h2>
            {!newest ? <p class="quiet">{t.left.nothingYet}</p> : (
                <>
                    <Sums report={newest} />
                    <details class="folded" onToggle={(event) => setOpen(event.currentTarget.open)}>
                        <summary>{t.left.ruleByRule}</summary>
                        {open && <Reports id={study.id} now={now} />}
                    </details>
                </>
            )}
        </section>
    );
}

function Sums({ report }: { report: DeidReport }) {
    const done = Object.entries(report.elements).filter(([, count]) => count > 0);
    return (
        <>
            <p>{t.study.images(report.images)}</p>
            <ul>{done.map(([name, count]) => <li key={name}>{t.left.done(name, count)}</li>)}</ul>
            {report.withheld > 0 && <p>{t.left.withheld(report.withheld)}</p>}
        </>
    );
}

function Reports({ id, now }: { id: number; now: number }) {
    const reading = useReading(`deid ${id}`, () => readDeid(id));
    if (reading.refusal) return <p>{reading.refusal}</p>;
    if (!reading.answer) return <Loading />;
    return <>{reading.answer.map((report) => <Report key={report.parcel} report={report} now={now} />)}</>;
}

function Report({ report, now }: { report: DeidReport; now: number }) {
    const lines = report.lines ?? [];
    const kinds = [...new Set(lines.map((line) => line.done))];
    return (
        <>
            <p class="quiet">{when(report.made_at, now)} · {report.options.join(', ')}</p>
            {kinds.map((kind) => <Kind key={kind} kind={kind} lines={lines.filter((line) => line.done === kind)} />)}
            <p class="quiet">{t.left.digest} <Copyable label={t.left.digest} value={report.sha256} /></p>
        </>
    );
}

function Kind({ kind, lines }: { kind: string; lines: DeidLine[] }) {
    return (
        <details class="folded">
            <summary>{t.left.places(kind, lines.length)}</summary>
            <ul>
                {lines.map((line) => (
                    <li key={`${line.where} ${line.reason}`}>
                        {line.where}<span class="quiet"> · {line.reason}</span>
                    </li>
                ))}
            </ul>
        </details>
    );
}
