// What goes to the sponsors: the queue in words and bars, why something waits, and what a person may do about it.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { Outbox, OutboxObject } from './api';
import { bytes, percent, timeLeft, when } from './format';
import { FormTrouble, TextField, useSubmit } from './forms';
import { useNow, useReading } from './hooks';
import { useNote } from './note';
import { Loading } from './parts';
import { studyAddress } from './route';
import { May, may } from './may';
import { ByName } from './signature';
import { store, type State } from './store';
import { t } from './texts';
import { TransferLog } from './transfers';
import { Unfold } from './unfold';
import { UploadsLine } from './uploads_line';

export function UploadsPage({ state }: { state: State }) {
    const note = useNote();
    const [who, setWho] = useState('');
    const { answer, refusal, again } = useReading('outbox', api.readOutbox);
    const act = async (change: () => Promise<unknown>) => {
        await store.act(change);
        note.say(t.uploads.done);
        await again();
    };
    return (
        <section class="uploads-page">
            <h1>{t.uploads.title}</h1>
            <p class="quiet">{t.uploads.lead}</p>
            {note.element}
            {refusal && <p class="trouble" role="alert">{refusal}</p>}
            {!answer && !refusal && state.link !== 'lost' && <Loading />}
            {answer && (
                <>
                    <div class="no-print"><May call="/outbox/pause"><ByName onInput={setWho} /></May></div>
                    <Queue outbox={answer} who={who.trim()} act={act} />
                    <UploadsLine line={answer.line} trials={answer.trials} who={who.trim()} act={act} />
                </>
            )}
            <TransferLog />
        </section>
    );
}

export type Act = (change: () => Promise<unknown>) => Promise<void>;
interface Acting {
    who: string;
    act: Act;
}

function Queue({ outbox, who, act }: { outbox: Outbox } & Acting) {
    const now = useNow();
    const going = outbox.objects.filter((object) => object.state !== 'delivered');
    const signing = outbox.objects.filter((object) => object.state === 'delivered');
    const left = going.reduce((sum, object) => sum + object.bytes - object.sent, 0);
    return (
        <>
            <section class="block">
                <h2>{going.length === 0 ? t.uploads.none : t.uploads.summary(going.length, bytes(left))}</h2>
                {outbox.paused && <p class="sent-waits">{t.uploads.pausedBy(outbox.paused.who, when(outbox.paused.at, now))}</p>}
                {outbox.trials.map(({ id, paused }) => paused && (
                    <p key={id} class="sent-waits">{t.uploads.trialPausedBy(id, paused.who, when(paused.at, now))}</p>
                ))}
                <Pauses outbox={outbox} who={who} act={act} />
                <ul class="uploads">{going.map((object) => <Line key={object.id} object={object} now={now} who={who} act={act} />)}</ul>
            </section>
            {signing.length > 0 && (
                <section class="block">
                    <h2>{t.uploads.signed}</h2>
                    <ul class="uploads">{signing.map((object) => <Line key={object.id} object={object} now={now} who={who} act={null} />)}</ul>
                </section>
            )}
        </>
    );
}

function Pauses({ outbox, who, act }: { outbox: Outbox } & Acting) {
    const scopes = [{ trial: '', paused: outbox.paused !== null }];
    if (outbox.trials.length > 1) scopes.push(...outbox.trials.map(({ id, paused }) => ({ trial: id, paused: paused !== null })));
    if (!may('/outbox/pause')) return null;
    return (
        <p class="actions no-print">
            {scopes.map(({ trial, paused }) => (
                <ActButton key={trial} who={who} act={act}
                    words={trial === '' ? (paused ? t.uploads.resumeAll : t.uploads.pauseAll)
                        : paused ? t.uploads.resumeTrial(trial) : t.uploads.pauseTrial(trial)}
                    change={() => api.changeOutbox(paused ? 'resume' : 'pause', { ...(trial && { trial }), who })} />
            ))}
        </p>
    );
}

export function nameOfObject(object: { kind: string; content: string; subject: string; visit: string }): string {
    return [t.uploads.kind(object.kind, object.content), object.subject, object.visit].filter(Boolean).join(' · ');
}

function Line({ object, now, who, act }: { object: OutboxObject; now: number; who: string; act: Act | null }) {
    const name = nameOfObject(object);
    const left = timeLeft(object.bytes - object.sent, object.rate_bytes_s);
    const { waits } = object;
    return (
        <li>
            <p>
                <strong>{object.study === null ? name : <a href={studyAddress(object.study)}>{name}</a>}</strong>{' '}
                <span class="quiet">{object.trial}</span>
            </p>
            <div class="sent">
                <p>
                    <span>{waits ? t.upload.progress(percent(object.sent, object.bytes)) : t.uploads.sending}</span>
                    {object.rate_bytes_s > 0 && <span class="quiet">{t.uploads.rate(bytes(object.rate_bytes_s))}</span>}
                    {left && <span class="quiet">{t.upload.left(left)}</span>}
                    <span class="quiet sent-of">{t.upload.of(bytes(object.sent), bytes(object.bytes))}</span>
                </p>
                <progress max={100} value={percent(object.sent, object.bytes)} aria-label={t.uploads.progress(name)} />
            </div>
            {waits && <Why waits={waits} now={now} />}
            {act && <Actions object={object} name={name} who={who} act={act} />}
        </li>
    );
}

/** For its turn, or for the sponsor's signature, it waits in order. */
const kInOrder = new Set(['next', 'queue', 'receipt-pending']);

function Why({ waits, now }: { waits: NonNullable<OutboxObject['waits']>; now: number }) {
    if (kInOrder.has(waits.reason)) return <p class="quiet">{waits.sentence}</p>;
    const until = waits.until !== null && waits.until > now ? when(waits.until, now) : '';
    return (
        <p>
            <span class="sent-waits">{waits.sentence}</span>{' '}
            {until && <span class="quiet">{waits.reason === 'line-closed' ? t.uploads.opens(until) : t.uploads.until(until)} </span>}
            <span>{waits.do}</span>
        </p>
    );
}

function Actions({ object, name, who, act }: { object: OutboxObject; name: string } & Acting) {
    const body = { object: object.id, who };
    const button = (words: string, change: () => Promise<unknown>) => (
        <ActButton words={words} label={t.uploads.about(words, name)} who={who} act={act} change={change} />
    );
    const failed = object.attempts > 0 && object.waits?.until != null;
    if (!may('/outbox/pause')) return null;
    return (
        <div class="actions no-print">
            {object.paused ? button(t.uploads.resume, () => api.changeOutbox('resume', body))
                : button(t.uploads.pause, () => api.changeOutbox('pause', body))}
            {failed && !object.paused && button(t.uploads.again, () => api.changeOutbox('resume', body))}
            {button(t.uploads.first, () => api.changeOutbox('order', { ...body, place: 'first' }))}
            {button(t.uploads.last, () => api.changeOutbox('order', { ...body, place: 'last' }))}
            {object.content !== 'withdrawal' && (
                <Unfold call="/outbox/cancel" button={t.uploads.cancel} label={t.uploads.about(t.uploads.cancel, name)}>
                    {(close) => <CancelForm object={object} who={who} act={act} onDone={close} />}
                </Unfold>
            )}
        </div>
    );
}

function ActButton(props: { words: string; label?: string; change: () => Promise<unknown> } & Acting) {
    const submit = useSubmit(() => props.act(props.change));
    return (
        <span>
            <button class="small" type="button" disabled={submit.busy} aria-label={props.label}
                onClick={submit.onSubmit(() => [])}>
                {props.words}
            </button>
            <FormTrouble submit={submit} />
        </span>
    );
}

function CancelForm({ object, who, act, onDone }: { object: OutboxObject; onDone: () => void } & Acting) {
    const [why, setWhy] = useState('');
    const submit = useSubmit(async () => {
        await act(() => api.changeOutbox('cancel', { object: object.id, who, why: why.trim() }));
        onDone();
    });
    const check = () => (why.trim() ? [] : [t.uploads.needWhy]);
    return (
        <form class="form" onSubmit={submit.onSubmit(check)} noValidate>
            <p>{object.study === null ? t.uploads.cancelWhatMessage : t.uploads.cancelWhat}</p>
            <TextField label={t.uploads.why} hint={t.uploads.whyHint} value={why} onInput={setWhy} />
            <FormTrouble submit={submit} />
            <p class="actions"><button class="weighty" type="submit" disabled={submit.busy}>{t.uploads.cancelSubmit}</button></p>
        </form>
    );
}
