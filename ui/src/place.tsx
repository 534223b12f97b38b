// Which slot a series is, where the imaging manual cannot tell, or got it wrong: a person says.

import { useRef, useState } from 'preact/hooks';

import * as api from './api';
import type { Series, Slot, StudyDetail } from './api';
import { seriesWords } from './format';
import { Field, FormTrouble, onEscape, useSubmit } from './forms';
import { Picture } from './picture';
import { ByName, useMeaning } from './signature';
import { store } from './store';
import { t } from './texts';

interface PlaceProps {
    study: StudyDetail;
    series: Series;
    onDone: (note: string) => void;
    onCancel?: () => void;
}

/** Under the card: the series that wait for a person. */
export function WhichSeries({ study, onDone }: { study: StudyDetail; onDone: (note: string) => void }) {
    const unclear = study.series.filter((series) => series.candidates.length > 0);
    if (unclear.length === 0 || !study.allowed.includes('place')) return null;
    return (
        <section class="block block-ask">
            <h2>{t.place.title(unclear.length)}</h2>
            <p class="quiet">{t.place.lead}</p>
            {unclear.map((series) => <PlaceForm key={series.series_instance_uid} study={study} series={series} onDone={onDone} />)}
        </section>
    );
}

/** The press on a slot is the answer; there is nothing else to confirm, and it can be changed. */
export function PlaceForm({ study, series, onDone, onCancel }: PlaceProps) {
    const [who, setWho] = useState('');
    const [remember, setRemember] = useState(false);
    const [other, setOther] = useState('');
    const wanted = useRef('');
    const name = who.trim();
    const words = seriesWords(series);
    const labelOf = (id: string) => study.slots.find((slot) => slot.id === id)?.label ?? id;
    const others = study.slots.filter((slot) => !series.candidates.includes(slot.id) && slot.id !== series.slot_id);
    const submit = useSubmit(async () => {
        const slot = wanted.current;
        await store.changeStudy(study.id, () => api.place(study.id, series.series_instance_uid, slot, remember, name));
        onDone(t.place.done(series.description, slot && labelOf(slot)));
    });
    const choose = (slot: string, mistake = '') => (event: Event) => {
        wanted.current = slot;
        submit.onSubmit(() => [mistake].filter(Boolean))(event);
    };
    const asked = series.candidates.length > 0;
    return (
        <form class="place" noValidate onSubmit={(event) => event.preventDefault()} onKeyDown={onEscape(onCancel ?? (() => undefined))}>
            <Picture class="thumb" address={api.thumbnailAddress(study.id, series.series_instance_uid)} words={t.place.thumbnail(words)} />
            <div class="place-form">
                {asked && <p><strong>{words}</strong></p>}
                <ByName onInput={setWho} meaning={useMeaning(study.trial, 'place')} />
                <label class="check">
                    <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
                    {t.place.remember}
                </label>
                <div class="actions" role="group" aria-label={t.place.choices(words)}>
                    {series.candidates.map((id) => (
                        <button key={id} class="strong" type="button" disabled={submit.busy} onClick={choose(id)}>{labelOf(id)}</button>
                    ))}
                    {(asked || series.slot_id) && (
                        <button type="button" disabled={submit.busy} onClick={choose('')}>{asked ? t.place.none : t.place.off}</button>
                    )}
                </div>
                {others.length > 0 && (
                    <OtherSlots slots={others} asked={asked} value={other} onChange={setOther} busy={submit.busy}
                        onUse={choose(other, other ? '' : t.place.needSlot)} />
                )}
                <FormTrouble submit={submit} />
                {onCancel && <p class="actions"><button type="button" onClick={onCancel}>{t.form.cancel}</button></p>}
            </div>
        </form>
    );
}

function OtherSlots(props: {
    slots: Slot[]; asked: boolean; value: string; busy: boolean; onChange: (slot: string) => void; onUse: (event: Event) => void;
}) {
    return (
        <Field label={props.asked ? t.place.other : t.place.it}>
            {(id) => (
                <span class="with-unit">
                    <select id={id} value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
                        <option value="">{t.place.choose}</option>
                        {props.slots.map((slot) => <option key={slot.id} value={slot.id}>{slot.label}</option>)}
                    </select>
                    <button type="button" disabled={props.busy} onClick={props.onUse}>{t.place.use}</button>
                </span>
            )}
        </Field>
    );
}
