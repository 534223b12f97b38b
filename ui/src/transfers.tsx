// The log of what was sent: searched, saved as CSV, printed.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { Transfer } from './api';
import { bytes, when } from './format';
import { TextField } from './forms';
import { useNow, useReading } from './hooks';
import { Loading } from './parts';
import { studyAddress } from './route';
import { t } from './texts';
import { nameOfObject } from './uploads';

const kMost = 500; // as many as the box gives at once

export function TransferLog() {
    const [text, setText] = useState('');
    const [confirmed, setConfirmed] = useState(false);
    const query = api.transferQuery(text.trim(), confirmed);
    const { answer, refusal } = useReading(`transfers ${query}`, () => api.readTransfers(query));
    return (
        <section class="block transfers">
            <h2>{t.uploads.log}</h2>
            <div class="form no-print">
                <TextField label={t.uploads.search} hint={t.uploads.searchHint} value={text} onInput={setText} />
                <label class="check">
                    <input type="checkbox" checked={confirmed} onChange={(event) => setConfirmed(event.currentTarget.checked)} />
                    {t.uploads.confirmedOnly}
                </label>
            </div>
            {refusal && <p class="trouble" role="alert">{refusal}</p>}
            {!answer && !refusal && <Loading />}
            {answer?.length === 0 && <p class="calm">{t.uploads.noneFound}</p>}
            {answer && answer.length > 0 && (
                <>
                    <p class="actions no-print">
                        <a class="button small" href={api.transferCsvAddress(query)} download="transfers.csv">{t.uploads.csv}</a>
                        <button class="small" type="button" onClick={() => print()}>{t.uploads.print}</button>
                    </p>
                    {answer.length >= kMost && <p class="quiet">{t.uploads.most}</p>}
                    <TransferTable rows={answer} />
                </>
            )}
        </section>
    );
}

function TransferTable({ rows }: { rows: Transfer[] }) {
    const now = useNow();
    const columns = t.uploads.columns;
    const time = (at: number | null) => (at === null ? t.study.none : when(at, now));
    return (
        <div class="table-scroll" role="region" aria-label={t.uploads.table} tabIndex={0}>
            <table class="visits">
                <thead>
                    <tr>{Object.values(columns).map((words) => <th key={words} scope="col">{words}</th>)}</tr>
                </thead>
                <tbody>
                    {rows.map((row) => (
                        <tr key={row.id}>
                            <th scope="row">
                                {row.study === null ? nameOf(row) : <a href={studyAddress(row.study)}>{nameOf(row)}</a>}
                                {t.uploads.state[row.state] && <span class="quiet"> {t.uploads.state[row.state]}</span>}
                            </th>
                            <td>{row.subject || t.study.none}</td>
                            <td>{row.visit || t.study.none}</td>
                            <td>{bytes(row.bytes)}</td>
                            <td>{time(row.created_at)}</td>
                            <td>{time(row.delivered_at)}</td>
                            <td>{time(row.confirmed_at)}</td>
                            <td class="mono">{row.receipt || t.study.none}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

const nameOf = (row: Transfer) => nameOfObject({ ...row, subject: '', visit: '' });
