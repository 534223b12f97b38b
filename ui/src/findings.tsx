// Every check with expected, found, why, do this.

import { pictureAddress, type Finding, type StudyDetail } from './api';
import { capital, prose } from './format';
import { Cross, Dash, Note, Question, Tick } from './icons';
import { Picture } from './picture';
import { t } from './texts';
import { Unfold } from './unfold';
import { WaiveForm } from './waive';

export type Tone = 'pass' | 'fail' | 'note' | 'unknown' | 'none';

/** How a finding looks: its severity decides when it is not as asked. */
export function toneOf(finding: Finding): Tone {
    if (finding.result === 'pass') return 'pass';
    if (finding.result === 'not_applicable') return 'none';
    if (finding.result === 'cannot_tell') return 'unknown';
    if (finding.result === 'waived') return 'note';
    return finding.severity === 'query' || finding.severity === 'note' ? 'note' : 'fail';
}

const kToneOrder = { fail: 0, unknown: 1, note: 2, pass: 3, none: 4 };
export const kToneClass = { fail: 'is-scan_again', unknown: 'is-not_judged', note: 'is-needs_you', pass: 'is-may_leave', none: 'is-not_judged' };

export function ToneSign({ tone }: { tone: Tone }) {
    const sign = { fail: <Cross />, unknown: <Question />, note: <Note />, pass: <Tick />, none: <Dash /> }[tone];
    return <span class="badge">{sign}</span>;
}

export function worst(findings: Finding[]): Tone {
    const tones = findings.map(toneOf).sort((a, b) => kToneOrder[a] - kToneOrder[b]);
    return tones[0] ?? 'none';
}

interface FindingsProps {
    study: StudyDetail;
    onDone: (note: string) => void;
}

export function Findings({ study, onDone }: FindingsProps) {
    const { findings } = study;
    const sorted = [...findings].sort((a, b) => kToneOrder[toneOf(a)] - kToneOrder[toneOf(b)]);
    const open = sorted.filter((finding) => toneOf(finding) === 'fail' || toneOf(finding) === 'note');
    const unknown = sorted.filter((finding) => toneOf(finding) === 'unknown');
    const passed = sorted.filter((finding) => toneOf(finding) === 'pass');
    const idle = sorted.filter((finding) => toneOf(finding) === 'none');
    return (
        <>
            <section class="block">
                <h2>{t.study.findings}</h2>
                {findings.length === 0 && <p class="quiet">{t.study.findingsEmpty}</p>}
                {open.map((finding, index) => <FindingCard key={index} study={study} finding={finding} onDone={onDone} />)}
                <Folded title={t.study.passes(passed.length)} findings={passed} />
                <Folded title={t.study.notApplicable(idle.length)} findings={idle} />
            </section>
            {study.cannot_tell > 0 && (
                <section class="block">
                    <h2>{t.findings.cannotTell(study.cannot_tell)}</h2>
                    <p class="lead">{t.findings.cannotTellWhy}</p>
                    {unknown.map((finding, index) => <FindingCard key={index} study={study} finding={finding} onDone={onDone} />)}
                </section>
            )}
        </>
    );
}

function FindingCard({ study, finding, onDone }: FindingsProps & { finding: Finding }) {
    const tone = toneOf(finding);
    const result = finding.waiver ? t.findings.waivedUnder(finding.waiver) : t.result[finding.result as keyof typeof t.result] ?? finding.result;
    const repair = t.repair[finding.repair as keyof typeof t.repair];
    const asks = study.questions.some((question) => question.id === finding.question && question.answer === '');
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
            {finding.picture && finding.series_instance_uid && <Where study={study} finding={finding} />}
            {asks && study.allowed.includes('answer') && (
                <p><button class="small" type="button" onClick={() => goToQuestion(finding.question)}>{t.questions.goTo}</button></p>
            )}
            {finding.result === 'fail' && study.allowed.includes('waive') && (
                <Unfold button={t.waive.open} label={t.waive.openOf(finding.label)}>
                    {(close) => <WaiveForm study={study} finding={finding} onClose={close} onDone={onDone} />}
                </Unfold>
            )}
            <details>
                <summary>{t.study.technical}</summary>
                <p class="mono">{[finding.rule, finding.severity, finding.series_instance_uid].filter(Boolean).join(' · ')}</p>
            </details>
        </article>
    );
}

/** Where the trouble is, small; the whole picture is one click away. */
function Where({ study, finding }: { study: StudyDetail; finding: Finding }) {
    const address = pictureAddress(study.id, finding.series_instance_uid, finding.picture);
    return (
        <Picture class="where" address={address} words={t.findings.picture(finding.label)} link={t.findings.largePicture} />
    );
}

function goToQuestion(id: string): void {
    document.querySelector<HTMLElement>(`[data-question="${CSS.escape(id)}"] input`)?.focus();
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
