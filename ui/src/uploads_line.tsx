// How much of the line uploads may take, and when: what holds now, and a person's own limit.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { OutboxLine, OutboxTrial } from './api';
import { bytes, when } from './format';
import { Field, FormTrouble, TextField, useSubmit } from './forms';
import { useNow } from './hooks';
import { t } from './texts';
import { Unfold } from './unfold';
import type { Act } from './uploads';

/** Minute 1140 of the day is "19:00". */
const timeOf = (minute: number | null) => (minute === null ? ''
    : `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);

function sponsorWords({ id, sponsor_bytes_per_second: rate, other_address: server }: OutboxTrial): string[] {
    return [
        ...(rate === null ? [] : [t.uploads.sponsorRate(id, bytes(rate))]),
        ...(server === null ? [] : [t.uploads.otherAddress(id, server)]),
    ];
}

export function UploadsLine({ line, trials, who, act }: { line: OutboxLine; trials: OutboxTrial[]; who: string; act: Act }) {
    const now = useNow();
    const words = [
        line.open ? t.uploads.lineOpen : t.uploads.lineClosed,
        line.opens_at !== null && t.uploads.opens(when(line.opens_at, now)),
        line.open && (line.bytes_per_second === null ? t.uploads.lineFree : t.uploads.lineRate(bytes(line.bytes_per_second))),
        line.who && t.uploads.lineSet(line.who),
    ].filter(Boolean).join(' ');
    return (
        <section class="block no-print">
            <h2>{t.uploads.line}</h2>
            <p>{words}</p>
            {trials.flatMap(sponsorWords).map((sentence) => <p key={sentence}>{sentence}</p>)}
            <Unfold call="/outbox/line" button={t.uploads.change}>{(close) => <LineForm line={line} who={who} act={act} onDone={close} />}</Unfold>
        </section>
    );
}

function LineForm({ line, who, act, onDone }: { line: OutboxLine; who: string; act: Act; onDone: () => void }) {
    const [kib, setKib] = useState(line.limit_bytes_per_second === null ? '' : String(Math.round(line.limit_bytes_per_second / 1024)));
    const [from, setFrom] = useState(timeOf(line.from_minute));
    const [to, setTo] = useState(timeOf(line.to_minute));
    const submit = useSubmit(async () => {
        await act(() => api.changeOutbox('line', { kib_per_second: kib.trim(), from, to, who }));
        onDone();
    });
    const check = () => [
        ...(/^\d*$/.test(kib.trim()) ? [] : [t.uploads.needNumber]),
        ...((from === '') === (to === '') ? [] : [t.uploads.needTimes]),
    ];
    const time = (label: string, value: string, take: (value: string) => void, hint?: string) => (
        <Field label={label} {...(hint ? { hint } : {})}>
            {(id, hintId) => (
                <input id={id} type="time" aria-describedby={hintId} value={value} onInput={(event) => take(event.currentTarget.value)} />
            )}
        </Field>
    );
    return (
        <form class="form" onSubmit={submit.onSubmit(check)} noValidate>
            <TextField label={t.uploads.limit} hint={t.uploads.limitHint} value={kib} onInput={setKib} />
            {time(t.uploads.from, from, setFrom)}
            {time(t.uploads.to, to, setTo, t.uploads.timesHint)}
            <FormTrouble submit={submit} />
            <p class="actions"><button class="strong" type="submit" disabled={submit.busy}>{t.uploads.lineSubmit}</button></p>
        </form>
    );
}
