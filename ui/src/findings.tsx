// What was asked for and what came: the checklist of series, and every check with expected, found, why, do this.

import type { Finding, Series, StudyDetail } from './api';
import { prose } from './format';
import { Cross, Dash, Note, Question, Tick } from './icons';
import { t } from './texts';

/** How a finding looks: its severity decides when it is not as asked. */
export function toneOf(finding: Finding): 'pass' | 'fail' | 'note' | 'unknown' | 'none' {
    if (finding.result === 'pass') return 'pass';
    if (finding.result === 'not_applicable') return 'none';
    if (finding.result === 'cannot_tell') return 'unknown';
    if (finding.result === 'waived') return 'note';
    return finding.severity === 'query' || finding.severity === 'note' ? 'note' : 'fail';
}

const kToneOrder = { fail: 0, unknown: 1, note: 2, pass: 3, none: 4 };
const kToneClass = { fail: 'is-scan_again', unknown: 'is-not_judged', note: 'is-needs_you', pass: 'is-may_leave', none: 'is-not_judged' };

function ToneSign({ tone }: { tone: ReturnType<typeof toneOf> }) {
    const sign = { fail: <Cross />, unknown: <Question />, note: <Note />, pass: <Tick />, none: <Dash /> }[tone];
    return <span class="badge">{sign}</span>;
}

function worst(findings: Finding[]): ReturnType<typeof toneOf> {
    const tones = findings.map(toneOf).sort((a, b) => kToneOrder[a] - kToneOrder[b]);
    return tones[0] ?? 'none';
}

export function Checklist({ study }: { study: StudyDetail }) {
    const onList = study.series.filter((series) => series.slot_id);
    const others = study.series.filter((series) => !series.slot_id);
    const arrived = new Set(onList.map((series) => series.slot_id));
    const missing = study.findings.filter((finding) => finding.slot && !arrived.has(finding.slot) && toneOf(finding) === 'fail');
    return (
        <section class="block">
            <h2>{t.study.checklist}</h2>
            {study.series.length === 0 && missing.length === 0 && <p class="quiet">{t.study.checklistEmpty}</p>}
            <ul class="checklist">
                {missing.map((finding) => (
                    <li key={`${finding.rule} ${finding.slot}`} class={kToneClass.fail}>
                        <ToneSign tone="fail" />
                        <div><strong>{finding.label}</strong><p class="quiet">{t.study.missing}</p></div>
                    </li>
                ))}
                {onList.map((series) => <SlotRow key={series.series_instance_uid} series={series} study={study} />)}
            </ul>
            {others.length > 0 && (
                <>
                    <h3 class="minor">{t.study.notOnList}</h3>
                    <ul class="checklist">
                        {others.map((series) => (
                            <li key={series.series_instance_uid} class={kToneClass.none}>
                                <ToneSign tone="none" />
                                <div><SeriesWords series={series} /></div>
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </section>
    );
}

function SlotRow({ series, study }: { series: Series; study: StudyDetail }) {
    const about = study.findings.filter((finding) =>
        finding.series_instance_uid ? finding.series_instance_uid === series.series_instance_uid : finding.slot === series.slot_id);
    const tone = worst(about.filter((finding) => finding.result !== 'not_applicable'));
    const troubles = about.filter((finding) => toneOf(finding) === 'fail' || toneOf(finding) === 'unknown');
    return (
        <li class={kToneClass[tone]}>
            <ToneSign tone={tone} />
            <div>
                <strong>{series.slot_label || series.slot_id}</strong>
                <SeriesWords series={series} />
                {troubles.map((finding) => (
                    <p key={finding.rule} class={`trouble-words ${kToneClass[toneOf(finding)]}`}>{prose(sentence(finding))}</p>
                ))}
            </div>
        </li>
    );
}

function SeriesWords({ series }: { series: Series }) {
    return <p class="quiet">{[series.description, series.modality, t.study.images(series.instances)].filter(Boolean).join(' · ')}</p>;
}

function sentence(finding: Finding): string {
    const known = finding.result === 'fail' && finding.expected;
    return capital(known ? `${finding.label}: ${finding.found}, ${finding.expected}` : `${finding.label}: ${finding.found}`);
}

export function Findings({ findings }: { findings: Finding[] }) {
    const sorted = [...findings].sort((a, b) => kToneOrder[toneOf(a)] - kToneOrder[toneOf(b)]);
    const open = sorted.filter((finding) => toneOf(finding) !== 'pass' && toneOf(finding) !== 'none');
    const passed = sorted.filter((finding) => toneOf(finding) === 'pass');
    const idle = sorted.filter((finding) => toneOf(finding) === 'none');
    return (
        <section class="block">
            <h2>{t.study.findings}</h2>
            {findings.length === 0 && <p class="quiet">{t.study.findingsEmpty}</p>}
            {open.map((finding, index) => <FindingCard key={index} finding={finding} />)}
            <Folded title={t.study.passes(passed.length)} findings={passed} />
            <Folded title={t.study.notApplicable(idle.length)} findings={idle} />
        </section>
    );
}

function FindingCard({ finding }: { finding: Finding }) {
    const tone = toneOf(finding);
    const result = t.result[finding.result as keyof typeof t.result] ?? finding.result;
    const repair = t.repair[finding.repair as keyof typeof t.repair];
    return (
        <article class={`finding ${kToneClass[tone]}`}>
            <h3>
                <ToneSign tone={tone} /><span>{capital(finding.label)}</span> <span class="quiet result">{result}</span>
                {repair && <span class="tag">{repair}</span>}
            </h3>
            <dl class="compare">
                <div><dt>{t.study.found}</dt><dd class="found">{prose(finding.found) || t.study.none}</dd></div>
                <div><dt>{t.study.expected}</dt><dd>{prose(finding.expected) || t.study.none}</dd></div>
            </dl>
            {finding.why && <p><b>{t.study.why}:</b> {prose(finding.why)}</p>}
            {finding.advice && <p class="do"><b>{t.study.doThis}:</b> {prose(finding.advice)}</p>}
            <details>
                <summary>{t.study.technical}</summary>
                <p class="mono">{[finding.rule, finding.severity, finding.series_instance_uid].filter(Boolean).join(' · ')}</p>
            </details>
        </article>
    );
}

function Folded({ title, findings }: { title: string; findings: Finding[] }) {
    if (findings.length === 0) return null;
    return (
        <details class="folded">
            <summary>{title}</summary>
            <ul class="checklist checklist-tight">
                {findings.map((finding, index) => (
                    <li key={index} class={kToneClass[toneOf(finding)]}>
                        <ToneSign tone={toneOf(finding)} />
                        <div>{capital(finding.label)} <span class="quiet">{[finding.found, finding.expected].filter(Boolean).join(' · ')}</span></div>
                    </li>
                ))}
            </ul>
        </details>
    );
}

function capital(text: string): string {
    return text.charAt(0).toLocaleUpperCase(t.locale) + text.slice(1);
}
