// What the visit needs and what is here of it. What is done folds away, so that the list shrinks as series arrive.

import type { ChecklistLine, Finding, StudyDetail } from './api';
import { kToneClass, ToneSign, toneOf, worst, type Tone } from './findings';
import { capital, prose, seriesWords } from './format';
import { t } from './texts';

export function Checklist({ study }: { study: StudyDetail }) {
    const needed = study.checklist.filter((line) => line.state !== 'not_needed');
    const here = needed.filter((line) => line.state === 'present');
    const done = here.filter((line) => troublesOf(line, study).length === 0);
    const open = [
        ...needed.filter((line) => line.state !== 'present'), ...here.filter((line) => !done.includes(line)),
    ];
    const idle = study.checklist.filter((line) => line.state === 'not_needed');
    const count = done.length === needed.length ? t.checklist.allHere(needed.length) : t.checklist.here(here.length, needed.length);
    return (
        <section class="block">
            <h2>{t.checklist.title}</h2>
            {study.checklist.length === 0 && <p class="quiet">{t.checklist.none}</p>}
            {open.length > 0 && <Lines lines={open} study={study} />}
            {done.length > 0 ? (
                <details class="folded done-lines">
                    <summary>{count}</summary>
                    <Lines lines={done} study={study} />
                </details>
            ) : needed.length > 0 && <p class="folded folded-text">{count}</p>}
            {idle.length > 0 && (
                <details class="folded">
                    <summary>{t.checklist.notNeeded(idle.length)}</summary>
                    <Lines lines={idle} study={study} />
                </details>
            )}
        </section>
    );
}

function Lines({ lines, study }: { lines: ChecklistLine[]; study: StudyDetail }) {
    return <ul class="checklist">{lines.map((line) => <Line key={line.slot_id} line={line} study={study} />)}</ul>;
}

function Line({ line, study }: { line: ChecklistLine; study: StudyDetail }) {
    const troubles = troublesOf(line, study);
    const tone = toneOfLine(line, troubles);
    const partly = line.state === 'missing' && line.received > 0;
    const words = partly ? t.checklist.partly(line.received, line.needed) : t.checklist.state[line.state] ?? line.state;
    const series = study.series.filter((candidate) => candidate.slot_id === line.slot_id && !candidate.repeat);
    return (
        <li class={kToneClass[tone]}>
            <ToneSign tone={tone} />
            <div>
                <p><strong>{line.label}</strong> <span class={line.state === 'missing' ? 'trouble-words' : 'quiet'}>{words}</span></p>
                {line.endpoints.length > 0 && <p class="quiet">{t.checklist.serves(line.endpoints.join(', '))}</p>}
                {series.map((one) => <p key={one.series_instance_uid} class="quiet">{seriesWords(one)}</p>)}
                {troubles.map((finding, index) => (
                    <p key={index} class={`trouble-words ${kToneClass[toneOf(finding)]}`}>{prose(sentence(finding))}</p>
                ))}
            </div>
        </li>
    );
}

/** What is not as asked, or cannot be told, about the series of a line. */
function troublesOf(line: ChecklistLine, study: StudyDetail): Finding[] {
    if (line.state !== 'present') return [];
    const mine = new Set(study.series.filter((one) => one.slot_id === line.slot_id).map((one) => one.series_instance_uid));
    return study.findings.filter((finding) => {
        const about = finding.series_instance_uid ? mine.has(finding.series_instance_uid) : finding.slot === line.slot_id;
        return about && (toneOf(finding) === 'fail' || toneOf(finding) === 'unknown');
    });
}

function toneOfLine(line: ChecklistLine, troubles: Finding[]): Tone {
    if (line.state === 'missing') return 'fail';
    if (line.state === 'unsure') return 'unknown';
    if (line.state !== 'present') return 'none';
    return troubles.length > 0 ? worst(troubles) : 'pass';
}

function sentence(finding: Finding): string {
    const known = finding.result === 'fail' && finding.expected;
    return capital(known ? `${finding.label}: ${finding.found}, ${finding.expected}` : `${finding.label}: ${finding.found}`);
}
