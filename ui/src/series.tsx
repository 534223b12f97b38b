// Every series that came, on the checklist or not, with how it got its place.

import type { Series, StudyDetail } from './api';
import { kToneClass, ToneSign, type Tone } from './findings';
import { t } from './texts';

/** "CAP 5.0 B40 · CT · 90 images" */
export function seriesWords(series: Series): string {
    return [series.description, series.modality, t.study.images(series.instances)].filter(Boolean).join(' · ');
}

export function SeriesList({ study }: { study: StudyDetail }) {
    return (
        <section class="block">
            <h2>{t.series.title}</h2>
            {study.series.length === 0 && <p class="quiet">{t.series.none}</p>}
            <ul class="checklist">
                {study.series.map((series) => <SeriesRow key={series.series_instance_uid} series={series} />)}
            </ul>
        </section>
    );
}

function SeriesRow({ series }: { series: Series }) {
    const tone: Tone = series.candidates.length > 0 ? 'unknown' : series.slot_id && !series.repeat ? 'pass' : 'none';
    const how = [series.slot_label || series.slot_id || t.series.notOnList, t.series.placedBy[series.placed_by]].filter(Boolean).join(' · ');
    return (
        <li class={kToneClass[tone]}>
            <ToneSign tone={tone} />
            <div>
                <p class="series-name"><span>{seriesWords(series)}</span> {series.repeat && <span class="tag">{t.series.repeat}</span>}</p>
                <p class="quiet">{series.candidates.length > 0 ? t.series.waits : how}</p>
            </div>
        </li>
    );
}
