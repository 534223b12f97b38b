// Questions of the central team, with what was said so far and a form to answer.

import { useState } from 'preact/hooks';

import * as api from './api';
import type { CentralQuery } from './api';
import { ago, day } from './format';
import { Choices, FormTrouble, TextField, useSubmit } from './forms';
import { useReading } from './hooks';
import { Tick, Warn } from './icons';
import { studyAddress } from './route';
import { may } from './may';
import { ByName } from './signature';
import { store } from './store';
import { t } from './texts';

type Done = (text: string) => void;

export function Queries({ queries, now, onDone }: { queries: CentralQuery[]; now: number; onDone: Done }) {
    const open = queries.filter((query) => query.state === 'open');
    const closed = queries.filter((query) => query.state !== 'open');
    return (
        <section class="group">
            <h2>{t.central.queries(open.length)}</h2>
            {queries.length === 0 && <p class="calm">{t.central.noQueries}</p>}
            {open.map((query) => <QueryCard key={query.id} query={query} now={now} onDone={onDone} linked />)}
            {closed.length > 0 && (
                <details>
                    <summary>{t.central.closed(closed.length)}</summary>
                    {closed.map((query) => <QueryCard key={query.id} query={query} now={now} onDone={onDone} linked />)}
                </details>
            )}
        </section>
    );
}

/** On a study's page: what was asked about it. */
export function StudyQueries({ study, now, onDone }: { study: number; now: number; onDone: Done }) {
    const { answer, again } = useReading(`queries of ${study}`, api.readQueries);
    const mine = (answer ?? []).filter((query) => query.study === study);
    if (mine.length === 0) return null;
    const done = (text: string) => {
        onDone(text);
        void again();
    };
    return <>{mine.map((query) => <QueryCard key={query.id} query={query} now={now} onDone={done} linked={false} />)}</>;
}

function QueryCard(props: { query: CentralQuery; now: number; onDone: Done; linked: boolean }) {
    const { query, now, onDone, linked } = props;
    const [answering, setAnswering] = useState(false);
    const open = query.state === 'open';
    const Heading = linked ? 'h3' : 'h2';  // on a study's page no group stands around it
    return (
        <article class={`card card-small ${open ? 'is-needs_you' : 'is-not_judged'}`}>
            <div class="card-top">
                <Heading class="outcome"><span class="badge">{open ? <Warn /> : <Tick />}</span>{query.topic}</Heading>
                <p class="quiet when">{query.unread && <strong>{t.central.isNew}</strong>} {t.central.about(query.subject, query.visit)}</p>
            </div>
            <div class="card-body card-body-plain">
                {open && query.due !== null && (
                    <p class="advice">{query.overdue ? t.central.overdue(day(query.due)) : t.central.due(day(query.due))}</p>
                )}
                <ol class="timeline">
                    {query.entries.map((entry, at) => (
                        <li key={at}>
                            <p>{[entry.text, entry.decision].filter(Boolean).join(' · ')}</p>
                            {entry.series > 0 && <p>{t.central.series(entry.series)}</p>}
                            <p class="quiet">{entry.who} · {ago(entry.at, now)}</p>
                        </li>
                    ))}
                </ol>
                {!open && query.closed_by && <p class="quiet">{t.central.closedBy(query.closed_by, query.closed_why)}</p>}
                {answering && <AnswerForm query={query} onDone={(text) => { setAnswering(false); onDone(text); }} />}
                <p class="actions">
                    {open && !answering && may('/queries/{id}/answer') && (
                        <button type="button" aria-label={t.central.answerOf(query.topic)} onClick={() => setAnswering(true)}>{t.central.answer}</button>
                    )}
                    {query.unread && !answering && may('/queries/{id}/read') && <Seen query={query} onDone={onDone} />}
                    {linked && query.study !== null && <a class="button" href={studyAddress(query.study)}>{t.central.toStudy}</a>}
                </p>
            </div>
        </article>
    );
}

function Seen({ query, onDone }: { query: CentralQuery; onDone: Done }) {
    const submit = useSubmit(async () => {
        await store.act(() => api.markQueryRead(query.id));
        onDone('');
    });
    return <button type="button" disabled={submit.busy} onClick={submit.onSubmit(() => [])}>{t.central.markRead}</button>;
}

function AnswerForm({ query, onDone }: { query: CentralQuery; onDone: Done }) {
    const [text, setText] = useState('');
    const [decision, setDecision] = useState('');
    const [study, setStudy] = useState('');
    const [who, setWho] = useState('');
    const submit = useSubmit(async () => {
        await store.act(() => api.answerQuery(query.id, who.trim(), text.trim(), decision, study.trim()));
        onDone(t.central.sent);
    });
    const check = () => [
        query.wants === 'text' && !text.trim() ? t.central.needText : '',
        query.wants === 'decision' && !decision ? t.central.needChoice : '',
        query.wants === 'series' && !study.trim() && !text.trim() ? t.central.needSeries : '',
    ].filter(Boolean);
    return (
        <form noValidate onSubmit={submit.onSubmit(check)}>
            {query.wants === 'decision' && (
                <Choices label={t.central.choose} options={query.choices.map((one) => [one, one])} value={decision} onChange={setDecision} />
            )}
            {query.wants === 'series' && <TextField label={t.central.study} hint={t.central.studyHint} value={study} onInput={setStudy} />}
            <TextField label={t.central.text} hint={t.central.textHint} value={text} onInput={setText} />
            <ByName onInput={setWho} />
            <FormTrouble submit={submit} />
            <p class="actions">
                <button class="strong" type="submit" disabled={submit.busy}>{submit.busy ? t.form.working : t.central.send}</button>
            </p>
        </form>
    );
}
