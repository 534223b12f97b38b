// The audit: filtered, exported, its chain verified whenever it is looked at.

import { useEffect, useState } from 'preact/hooks';

import { AccountNav } from './account';
import * as api from './api_people';
import { absolute } from './format';
import { DateField, TextField } from './forms';
import { useReading } from './hooks';
import { Loading } from './parts';
import { studyAddress } from './route';
import type { AuditEntry } from './shapes_people';
import type { State } from './store';
import { t } from './texts';

const kTypingMs = 300;

/** A day of this browser's calendar, in ms; null for none. */
function dayStart(date: string, plus = 0): number | null {
    const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(date);
    return parts ? new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]) + plus).getTime() : null;
}

export function AuditPage({ state }: { state: State }) {
    const [typed, setTyped] = useState('');
    const [text, setText] = useState('');
    const [from, setFrom] = useState('');
    const [to, setTo] = useState('');
    const [earlier, setEarlier] = useState<AuditEntry[]>([]);
    useEffect(() => {
        const timer = setTimeout(() => setText(typed.trim()), kTypingMs);
        return () => clearTimeout(timer);
    }, [typed]);
    const wish = { text, from: dayStart(from), to: dayStart(to, 1), before: 0 };
    const key = JSON.stringify(wish);
    const { answer, refusal } = useReading(`audit ${key}`, () => api.readAudit(wish));
    const [more, setMore] = useState(true);
    useEffect(() => {
        setEarlier([]);
        setMore(true);
    }, [key]);
    const entries = [...(answer?.entries ?? []), ...earlier];
    const showMore = async () => {
        const page = await api.readAudit({ ...wish, before: entries.at(-1)?.id ?? 0 });
        setEarlier([...earlier, ...page.entries]);
        setMore(page.more);
    };
    return (
        <section class="wide account-page">
            <AccountNav state={state} page="audit" />
            <h1>{t.audit.title}</h1>
            <p class="quiet">{t.audit.lead}</p>
            <div class="form form-three no-print">
                <TextField label={t.audit.search} value={typed} onInput={setTyped} />
                <DateField label={t.audit.from} value={from} onInput={setFrom} />
                <DateField label={t.audit.to} value={to} onInput={setTo} />
            </div>
            {refusal && <p class="trouble" role="alert">{refusal}</p>}
            {!answer && !refusal && <Loading />}
            {answer && (
                <>
                    <p class={answer.intact ? 'notice notice-well' : 'trouble'} role={answer.intact ? 'status' : 'alert'}>
                        {answer.intact ? t.audit.intact : t.audit.broken(answer.broken_at ?? 0)}
                    </p>
                    <p class="actions no-print"><a class="button" href={api.auditCsvAddress(wish)} download="audit.csv">{t.audit.csv}</a></p>
                    {entries.length === 0 ? <p class="empty">{t.audit.none}</p> : <Entries entries={entries} />}
                    {answer.more && more && entries.length > 0 && (
                        <p class="actions no-print"><button type="button" onClick={() => void showMore()}>{t.audit.more}</button></p>
                    )}
                </>
            )}
        </section>
    );
}

function Entries({ entries }: { entries: AuditEntry[] }) {
    return (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t.audit.title}>
            <table class="visits">
                <thead>
                    <tr><th scope="col">{t.audit.number}</th><th scope="col">{t.audit.when}</th><th scope="col">{t.audit.who}</th>
                        <th scope="col">{t.audit.what}</th><th scope="col">{t.audit.study}</th></tr>
                </thead>
                <tbody>
                    {entries.map((entry) => (
                        <tr key={entry.id}>
                            <td class="mono">{entry.id}</td>
                            <td><time>{absolute(entry.at)}</time></td>
                            <td>{entry.who === 'gantry' ? t.audit.box : entry.who}</td>
                            <td><span class="mono">{entry.event}</span>{entry.to ? ` ${entry.from} → ${entry.to}` : ''}{entry.detail && <p class="quiet">{entry.detail}</p>}</td>
                            <td>{entry.study !== null && <a href={studyAddress(entry.study)}>{entry.subject || t.audit.open(entry.study)}</a>}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
