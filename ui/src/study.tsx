// One study: its outcome, its checklist and findings, what happened to it, and what a person can do.

import { useEffect } from 'preact/hooks';

import type { Parcel, StudyDetail } from './api';
import { ActionBar } from './actions';
import { Checklist } from './checklist';
import { ago, bytes, dicomDate, percent, personName, prose, when } from './format';
import { Findings } from './findings';
import { useNow } from './hooks';
import { Back, OutcomeSign } from './icons';
import { Leaks } from './leaks';
import { needsSomeone } from './outcomes';
import { WhatLeft } from './left';
import { useNote } from './note';
import { Copyable, Facts, Loading } from './parts';
import { PhantomPart } from './phantom';
import { DoubtfulPixels, Pixels } from './pixels';
import { WhichSeries } from './place';
import { StudyQueries } from './queries';
import { AskedFirst, Questions } from './questions';
import { todayAddress, type Panel } from './route';
import { SeriesList } from './series';
import { store, type State } from './store';
import { t } from './texts';
import { UploadLine } from './upload';

export function StudyPage({ state, id, panel }: { state: State; id: number; panel: Panel | null }) {
    const now = useNow();
    useEffect(() => {
        store.openStudy(id);
        return () => store.openStudy(null);
    }, [id]);
    const note = useNote();
    const study = state.details.get(id);
    return (
        <>
            <p class="way-back"><a href={todayAddress}><Back />{t.study.back}</a></p>
            {state.missing.has(id) ? <Gone /> : !study ? (state.link !== 'lost' && <Loading />) : (
                <>
                    <Top study={study} state={state} now={now} />
                    {note.element}
                    <Leaks study={study} onDone={note.say} />
                    <PhantomPart study={study} onDone={note.say} />
                    <AskedFirst study={study} onDone={note.say} />
                    <StudyQueries study={study.id} now={now} onDone={note.say} />
                    <WhichSeries study={study} onDone={note.say} />
                    <DoubtfulPixels study={study} now={now} onDone={note.say} />
                    <div class="study">
                        <div class="study-main">
                            <Checklist study={study} />
                            <Questions study={study} onDone={note.say} />
                            <Findings study={study} onDone={note.say} />
                            <SeriesList study={study} onDone={note.say} />
                            <Pixels study={study} now={now} onDone={note.say} />
                        </div>
                        <div class="study-side">
                            <Timeline study={study} now={now} />
                            <Parcels study={study} now={now} />
                            <WhatLeft study={study} now={now} />
                            <Scanner study={study} />
                            <Technical study={study} />
                        </div>
                    </div>
                    <ActionBar study={study} state={state} panel={panel} />
                </>
            )}
        </>
    );
}

function Gone() {
    return <section class="empty"><h1>{t.study.gone}</h1><p class="quiet">{t.study.goneWhy}</p></section>;
}

function Top({ study, state, now }: { study: StudyDetail; state: State; now: number }) {
    const person = personName(study.patient_label);
    const parts = [study.visit_label, study.modality, t.study.images(study.instances)].filter(Boolean);
    return (
        <section class={`card card-page is-${study.card}${state.fresh.has(study.id) ? ' fresh' : ''}`}>
            <div class="card-top">
                <h1 class="outcome"><OutcomeSign card={study.card} />{t.outcome[study.card]}</h1>
                <p class="who">
                    <strong>{study.subject || person || t.study.unknownSubject}</strong>
                    {study.subject && person && <span class="quiet">{person}</span>}
                    {parts.map((part) => <span key={part}>{part}</span>)}
                </p>
                <p class="quiet when">{t.time.arrived(ago(study.received_at, now))}</p>
            </div>
            <div class="card-body">
                <div>
                    {study.headline && <p class="headline">{prose(study.headline)}</p>}
                    {study.advice && <p class="advice">{prose(study.advice)}</p>}
                    {study.waits && needsSomeone(study) && <p class="quiet">{study.waits}</p>}
                    {study.verdict_number > 1 && <p class="quiet">{t.study.again(study.verdict_number)}</p>}
                </div>
                {!needsSomeone(study) && <UploadLine study={study} now={now} />}
            </div>
        </section>
    );
}

function Timeline({ study, now }: { study: StudyDetail; now: number }) {
    const entries = [...study.timeline].sort((a, b) => a.at - b.at);
    return (
        <section class="block">
            <h2>{t.study.timeline}</h2>
            {entries.length === 0 && <p class="quiet">{t.study.timelineEmpty}</p>}
            {entries.length > 0 && <ol class="timeline">
                {entries.map((entry, index) => (
                    <li key={index}>
                        <time dateTime={new Date(entry.at).toISOString()}>{when(entry.at, now)}</time>
                        <div>
                            {entry.what}{entry.who && <span class="quiet"> {t.study.by(entry.who)}</span>}
                            {entry.why && <p class="quote">{t.study.reason(entry.why)}</p>}
                        </div>
                    </li>
                ))}
            </ol>}
        </section>
    );
}

function parcelWords(parcel: Parcel): string {
    if (parcel.cancelled) return t.study.parcelCancelled;
    if (parcel.withdrawn) return t.study.parcelWithdrawn;
    if (parcel.content === 'withdrawal') return t.study.parcelTells;
    return parcel.content === 'verdict' ? t.study.parcelVerdict : '';
}

function Parcels({ study, now }: { study: StudyDetail; now: number }) {
    return (
        <section class="block">
            <h2>{t.study.parcels}</h2>
            {study.parcels.length === 0 && <p class="quiet">{t.study.parcelsEmpty}</p>}
            <ul class="parcels">
                {study.parcels.map((parcel) => (
                    <li key={parcel.id}>
                        {parcelWords(parcel) && <p>{parcelWords(parcel)}</p>}
                        {parcel.cancelled ? null : parcel.state === 'confirmed' ? (
                            <p>
                                {parcel.confirmed_at ? t.upload.confirmed(when(parcel.confirmed_at, now)) : t.upload.confirmedPlain}
                                <span class="quiet"> · {bytes(parcel.bytes)}</span>
                            </p>
                        ) : (
                            <p>
                                {t.upload.progress(percent(parcel.sent, parcel.bytes))}
                                <span class="quiet"> · {t.upload.of(bytes(parcel.sent), bytes(parcel.bytes))}</span>
                            </p>
                        )}
                        {parcel.receipt && <p class="quiet">{t.study.receipt(`${parcel.receipt.slice(0, 8)}…`)}</p>}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function Scanner({ study }: { study: StudyDetail }) {
    const { fields } = t.study;
    return (
        <section class="block">
            <h2>{t.study.scannerSays}</h2>
            <Facts rows={[
                [fields.patient, personName(study.patient_label)],
                [fields.description, study.study_description],
                [fields.date, dicomDate(study.study_date)],
                [fields.accession, study.accession_number],
                [fields.source, study.source],
            ]} />
        </section>
    );
}

function Technical({ study }: { study: StudyDetail }) {
    const { fields } = t.study;
    return (
        <details class="block technical">
            <summary>{t.study.technical}</summary>
            <Facts rows={[
                [fields.number, String(study.id)],
                [fields.state, study.state],
                [fields.trial, study.trial],
                [fields.visit, study.visit],
                [fields.pack, study.pack ? `${study.pack.id} ${study.pack.version}` : ''],
            ]} />
            <dl class="facts facts-stacked">
                <div><dt>{fields.studyUid}</dt><dd><Copyable label={fields.studyUid} value={study.study_instance_uid} /></dd></div>
                {study.series.map((series) => (
                    <div key={series.series_instance_uid}>
                        <dt>{fields.seriesUid}{series.description ? ` (${series.description})` : ''}</dt>
                        <dd><Copyable label={fields.seriesUid} value={series.series_instance_uid} /></dd>
                    </div>
                ))}
                {study.parcels.map((parcel) => (
                    <div key={parcel.id}><dt>{fields.parcel}</dt><dd><Copyable label={fields.parcel} value={parcel.id} /></dd></div>
                ))}
                {study.parcels.filter((parcel) => parcel.receipt).map((parcel) => (
                    <div key={`${parcel.id} receipt`}>
                        <dt>{fields.receipt}</dt><dd><Copyable label={fields.receipt} value={parcel.receipt ?? ''} /></dd>
                    </div>
                ))}
            </dl>
        </details>
    );
}
