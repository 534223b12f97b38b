// The ledger of one scanner: what is due, what drifts, and the scans.

import type { PhantomLedger, PhantomScan } from './api';
import { kToneClass, ToneSign, type Tone } from './findings';
import { dicomDate } from './format';
import { studyAddress } from './route';
import { t } from './texts';
import { Trends, trendName } from './trend';

const kStanding: Record<string, Tone> = {
    current: 'pass', due: 'note', asked: 'note', never: 'note', overdue: 'fail', lapsed: 'fail',
};

export function Phantoms({ ledger }: { ledger: PhantomLedger }) {
    const drifts = ledger.trends.flatMap((kind) =>
        kind.metrics.flatMap((metric) => metric.flags.map((flag) => `${trendName(metric)}: ${flag}`)));
    if (ledger.phantoms.length === 0 && ledger.scans.length === 0) return null;
    return (
        <section class="group">
            <h3>{t.phantoms.title}</h3>
            <ul class="checklist checklist-tight standing">
                {ledger.phantoms.map((phantom) => {
                    const tone = kStanding[phantom.standing] ?? 'unknown';
                    return (
                        <li key={phantom.id} class={kToneClass[tone]}>
                            <ToneSign tone={tone} />
                            <p>
                                <strong>{phantom.label}</strong> {phantom.sentence}
                                {phantom.passed_on && <span class="quiet"> {t.phantoms.passed(dicomDate(phantom.passed_on))}</span>}
                            </p>
                        </li>
                    );
                })}
                {drifts.map((drift) => (
                    <li key={drift} class={kToneClass.note}><ToneSign tone="note" /><p class="trouble-words">{drift}</p></li>
                ))}
            </ul>
            {ledger.scans.length > 0 && <Scans scans={ledger.scans} />}
            <Trends ledger={ledger} />
        </section>
    );
}

function Scans({ scans }: { scans: PhantomScan[] }) {
    return (
        <table class="watched phantom-scans">
            <thead><tr><th scope="col">{t.phantoms.scanned}</th><th scope="col">{t.phantoms.phantom}</th><th scope="col">{t.phantoms.result}</th><th scope="col">{t.phantoms.signed}</th></tr></thead>
            <tbody>
                {scans.map((scan) => (
                    <tr key={scan.study}>
                        <th scope="row"><a href={studyAddress(scan.study)}>{dicomDate(scan.acquired_on) || t.study.none}</a></th>
                        <td>{scan.label}</td>
                        <td>{scan.is === 'phantom' ? t.phantoms.verdict(scan.verdict) : scan.why}</td>
                        <td>{scan.signed_by || t.study.none}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
