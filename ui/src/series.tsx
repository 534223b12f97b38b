// Every series that came, on the checklist or not, with how it got its place.

import type { Series, StudyDetail } from './api';
import { kToneClass, ToneSign, toneOf, worst, type Tone } from './findings';
import { seriesWords } from './format';
import { PlaceForm } from './place';
import { t } from './texts';
import { Unfold } from './unfold';
import { Viewer } from './viewer';

export function SeriesList({ study, onDone }: { study: StudyDetail; onDone: (note: string) => void }) {
    return (
        <section class="block">
            <h2>{t.series.title}</h2>
            {study.series.length === 0 && <p class="quiet">{t.series.none}</p>}
            <ul class="checklist">
                {study.series.map((series) => (
                    <SeriesRow key={series.series_instance_uid} study={study} series={series} onDone={onDone} />
                ))}
            </ul>
        </section>
    );
}

function SeriesRow({ study, series, onDone }: { study: StudyDetail; series: Series; onDone: (note: string) => void }) {
    const tone = toneOfSeries(series, study);
    const how = [series.slot_label || series.slot_id || t.series.notOnList, t.series.placedBy[series.placed_by]].filter(Boolean).join(' · ');
    return (
        <li class={kToneClass[tone]}>
            <ToneSign tone={tone} />
            <div>
                <p class="series-name"><span>{seriesWords(series)}</span> {series.repeat && <span class="tag">{t.series.repeat}</span>}</p>
                <p class="quiet">{series.candidates.length > 0 ? t.series.waits : how}</p>
                {study.state !== 'purged' && (
                    <Unfold button={t.viewer.open} label={t.viewer.openOf(seriesWords(series))}>
                        {() => <Viewer study={study.id} series={series.series_instance_uid} modality={series.modality} />}
                    </Unfold>
                )}
                {series.candidates.length === 0 && study.allowed.includes('place') && (
                    <Unfold button={t.place.change} label={t.place.changeOf(seriesWords(series))}>
                        {(close) => (
                            <PlaceForm study={study} series={series} onCancel={close} onDone={(note) => {
                                close();
                                onDone(note);
                            }} />
                        )}
                    </Unfold>
                )}
            </div>
        </li>
    );
}

/** A tick only where all that was checked of it is as asked. */
function toneOfSeries(series: Series, study: StudyDetail): Tone {
    if (series.candidates.length > 0) return 'unknown';
    if (!series.slot_id || series.repeat) return 'none';
    const about = study.findings.filter((finding) => finding.series_instance_uid === series.series_instance_uid && toneOf(finding) !== 'none');
    return about.length > 0 ? worst(about) : 'pass';
}
