// Today: what needs someone first, then what arrives, then what is done.

import type { ComponentChildren } from 'preact';

import { Alarms } from './alarms';
import type { Study } from './api';
import { ago, personName, prose, sameDay } from './format';
import { useNow } from './hooks';
import { OutcomeSign } from './icons';
import { byArrival, byUrgency, isArriving, isFinished, nameOf, needsSomeone } from './outcomes';
import { Loading } from './parts';
import { refusalNeedsSomeone } from './refusals';
import { refusedAddress, studyAddress } from './route';
import type { State } from './store';
import { t } from './texts';
import { UploadLine } from './upload';

const kLargeMs = 30 * 60 * 1000; // a fresh "patient may leave" is large while the patient may still be there
const kStayMs = 3 * 60 * 60 * 1000; // longer than any patient stays: a late confirmation does not make it large again
const kCardMs = 60 * 60 * 1000; // what needs someone shrinks to a row once the patient has surely gone

export function Board({ state }: { state: State }) {
    const now = useNow();
    if (!state.studies) return <><h1 class="unseen">{t.board.title}</h1>{state.link !== 'lost' && <Loading />}</>;
    const studies = [...state.studies.values()];
    const needs = studies.filter(needsSomeone).sort(byUrgency);
    const recent = needs.filter((study) => now - study.changed_at < kCardMs);
    const older = needs.filter((study) => !recent.includes(study));
    const arriving = studies.filter(isArriving).sort(byArrival);
    const rest = studies.filter((study) => !needsSomeone(study) && !isArriving(study)).sort(byArrival);
    const today = rest.filter((study) => !isFinished(study) || sameDay(study.changed_at, now));
    const earlier = rest.filter((study) => !today.includes(study));
    const unseen = (state.refusals ?? []).filter(refusalNeedsSomeone).length;
    const nothingToday = needs.length + arriving.length + today.length === 0;
    return (
        <>
            <h1 class="unseen">{t.board.title}</h1>
            {nothingToday && unseen === 0 ? <Empty state={state} /> : (
                <Group title={t.board.needs} count={needs.length + (unseen > 0 ? 1 : 0)}>
                    {recent.map((study) => <NeedCard key={study.id} study={study} state={state} now={now} />)}
                    {unseen > 0 && <RefusedCard count={unseen} />}
                    {older.length > 0 && (
                        <ul class="rows">{older.map((study) => <NeedRow key={study.id} study={study} state={state} now={now} />)}</ul>
                    )}
                    {needs.length === 0 && unseen === 0 && <p class="calm">{t.board.needsNothing}</p>}
                </Group>
            )}
            {arriving.length > 0 && (
                <Group title={t.board.arriving}>
                    <ul class="rows">{arriving.map((study) => <ArrivingRow key={study.id} study={study} now={now} />)}</ul>
                </Group>
            )}
            {today.length > 0 && (
                <Group title={t.board.done}>
                    <ul class="rows">{today.map((study) => <DoneRow key={study.id} study={study} state={state} now={now} />)}</ul>
                </Group>
            )}
            {earlier.length > 0 && (
                <details class="group earlier">
                    <summary>{t.board.earlier(earlier.length)}</summary>
                    <ul class="rows">{earlier.map((study) => <DoneRow key={study.id} study={study} state={state} now={now} />)}</ul>
                </details>
            )}
            <Alarms />
        </>
    );
}

function Group(props: { title: string; count?: number; children: ComponentChildren }) {
    return (
        <section class="group">
            <h2>{props.title}{props.count ? <span class="count">{props.count}</span> : null}</h2>
            {props.children}
        </section>
    );
}

function Empty({ state }: { state: State }) {
    const { status } = state;
    return (
        <section class="empty">
            <h2>{t.board.emptyTitle}</h2>
            {status && <p class="large">{t.board.emptyHow(status.ae_titles.join(', '), status.dicom_address)}</p>}
            <p class="quiet">{t.board.emptyThen}</p>
        </section>
    );
}

function Who({ study }: { study: Study }) {
    const person = personName(study.patient_label);
    return (
        <p class="who">
            <strong>{study.subject || person || t.study.unknownSubject}</strong>
            {study.subject && person && <span class="quiet">{person}</span>}
            {[study.visit_label, study.modality].filter(Boolean).map((part) => <span key={part}>{part}</span>)}
        </p>
    );
}

function classOf(study: Study, state: State, base: string): string {
    return `${base} is-${study.card}${state.fresh.has(study.id) ? ' fresh' : ''}`;
}

function NeedCard({ study, state, now }: { study: Study; state: State; now: number }) {
    return (
        <article class={classOf(study, state, 'card')}>
            <div class="card-top">
                <h3 class="outcome"><OutcomeSign card={study.card} />{t.outcome[study.card]}</h3>
                <Who study={study} />
                <p class="quiet when">{t.time.arrived(ago(study.received_at, now))}</p>
            </div>
            <div class="card-body">
                <div>
                    {study.headline && <p class="headline">{prose(study.headline)}</p>}
                    {study.advice && <p class="advice">{prose(study.advice)}</p>}
                    {study.waits && study.state !== 'held' && <p class="quiet">{study.waits}</p>}
                </div>
                <p class="actions">
                    {!study.subject && <a class="button" href={studyAddress(study.id, 'assign')}>{t.board.assign}</a>}
                    {study.subject && study.state === 'held' && study.card !== 'needs_you' && (
                        <a class="button" href={studyAddress(study.id, 'release')}>{t.board.deviation}</a>
                    )}
                    <a class="button strong" data-stop href={studyAddress(study.id)} aria-label={t.board.openStudy(nameOf(study))}>{t.board.open}</a>
                </p>
            </div>
        </article>
    );
}

function NeedRow({ study, state, now }: { study: Study; state: State; now: number }) {
    return (
        <li class={classOf(study, state, 'row')}>
            <a class="row-link" data-stop href={studyAddress(study.id)}>
                <span class="outcome"><OutcomeSign card={study.card} />{t.outcome[study.card]}</span>
                <Who study={study} />
            </a>
            <p class="sent quiet">{t.time.arrived(ago(study.received_at, now))}</p>
            {study.headline && <p class="row-note">{prose(study.headline)}</p>}
        </li>
    );
}

function RefusedCard({ count }: { count: number }) {
    return (
        <article class="card is-needs_you">
            <div class="card-top">
                <h3 class="outcome"><OutcomeSign card="needs_you" />{t.outcome.needs_you}</h3>
            </div>
            <div class="card-body">
                <div>
                    <p class="headline">{t.board.refusedTitle(count)}</p>
                    <p class="advice">{t.board.refusedAdvice}</p>
                </div>
                <p class="actions"><a class="button strong" data-stop href={refusedAddress}>{t.board.refusedOpen}</a></p>
            </div>
        </article>
    );
}

function ArrivingRow({ study, now }: { study: Study; now: number }) {
    return (
        <li class="row is-arriving">
            <a class="row-link" data-stop href={studyAddress(study.id)}>
                <span class="outcome"><OutcomeSign card="arriving" />{t.outcome.arriving}</span>
                <Who study={study} />
            </a>
            <p class="sent">
                {t.study.imagesSoFar(study.instances)}
                <span class="quiet">{[study.source && t.study.from(study.source), t.time.last(ago(study.changed_at, now))].filter(Boolean).join(' · ')}</span>
            </p>
            {study.verdict_number > 0 && study.headline && <p class="row-note quiet">{prose(study.headline)}</p>}
        </li>
    );
}

function DoneRow({ study, state, now }: { study: Study; state: State; now: number }) {
    const large = study.card === 'may_leave' && now - study.changed_at < kLargeMs && now - study.received_at < kStayMs;
    const deviates = study.card !== 'may_leave';
    return (
        <li class={classOf(study, state, `row${large ? ' row-large' : ''}${deviates ? ' row-deviates' : ''}`)}>
            <a class="row-link" data-stop href={studyAddress(study.id)}>
                <span class="outcome"><OutcomeSign card={study.card} />{t.outcome[study.card]}</span>
                <Who study={study} />
            </a>
            <UploadLine study={study} now={now} />
            {deviates && <p class="row-note quiet">{t.board.deviated(prose(study.headline))}</p>}
            {!deviates && study.outcome !== 'pass' && study.headline && <p class="row-note quiet">{prose(study.headline)}</p>}
        </li>
    );
}
