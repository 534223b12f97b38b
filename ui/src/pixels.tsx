// Burnt-in text: what was found in the images, and where a person draws boxes over what was not.

import { useState } from 'preact/hooks';

import { readPixels, sayPixels, type PixelBox, type PixelLook, type StudyDetail } from './api';
import { when } from './format';
import { FormTrouble, useSubmit } from './forms';
import { useReading } from './hooks';
import { Loading } from './parts';
import { ByName, useMeaning } from './signature';
import { store } from './store';
import { t } from './texts';

interface PixelProps { study: StudyDetail; now: number; onDone: (note: string) => void }

const isAsked = (study: StudyDetail) => study.allowed.includes('pixels');

/** Near the top of the page while a person has to say where an image shows text. */
export function DoubtfulPixels(props: PixelProps) {
    if (!isAsked(props.study)) return null;
    return (
        <section class="block block-ask">
            <h2>{t.pixels.title}</h2>
            <Looks {...props} asked />
        </section>
    );
}

export function Pixels(props: PixelProps) {
    const [open, setOpen] = useState(false);
    if (isAsked(props.study)) return null;
    return (
        <section class="block">
            <details class="folded" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
                <summary>{t.pixels.title}</summary>
                {open && <Looks {...props} asked={false} />}
            </details>
        </section>
    );
}

function Looks(props: PixelProps & { asked: boolean }) {
    const { study, now, asked, onDone } = props;
    const reading = useReading(`pixels ${study.id} ${study.changed_at}`, () => readPixels(study.id));
    if (reading.refusal) return <p>{reading.refusal}</p>;
    if (!reading.answer) return <Loading />;
    if (reading.answer.length === 0) return <p class="quiet">{t.pixels.none}</p>;
    return (
        <>
            {reading.answer.map((look) => (asked && look.outcome === 'doubtful' && !look.said
                ? <Doubtful key={look.instance} study={study} look={look} onDone={onDone} />
                : <Seen key={look.instance} look={look} now={now} />))}
        </>
    );
}

function Seen({ look, now }: { look: PixelLook; now: number }) {
    const blanked = look.boxes.filter((box) => !box.spared);
    return (
        <div class="pixels">
            <p>{t.pixels.outcome(look.outcome, blanked.length)}{look.reason && <span class="quiet"> {look.reason}.</span>}</p>
            {look.said && <p class="quiet">{t.pixels.said(look.said.boxes.length)} {t.study.by(look.said.who)}, {when(look.said.at, now)}</p>}
            {look.picture && look.boxes.length > 0 && (
                <details class="folded">
                    <summary>{t.pixels.show}</summary>
                    <Canvas look={look} boxes={look.said ? look.said.boxes : blanked} />
                </details>
            )}
        </div>
    );
}

function Doubtful({ study, look, onDone }: { study: StudyDetail; look: PixelLook; onDone: (note: string) => void }) {
    const [boxes, setBoxes] = useState<PixelBox[]>([]);
    const [who, setWho] = useState('');
    const name = who.trim();
    const submit = useSubmit(async () => {
        await store.changeStudy(study.id, () => sayPixels(study.id, look.instance, boxes, name));
        onDone(t.pixels.done(boxes.length));
    });
    return (
        <form class="form pixels" noValidate onSubmit={submit.onSubmit(() => [])}>
            <p class="form-end">{t.pixels.lead}</p>
            <div class="form-end"><Canvas look={look} boxes={boxes} onChange={setBoxes} /></div>
            <p class="actions form-end">
                <button type="button" onClick={() => setBoxes([...boxes, middle(look)])}>{t.pixels.add}</button>
                <button type="button" disabled={boxes.length === 0} onClick={() => setBoxes(boxes.slice(0, -1))}>{t.pixels.remove}</button>
            </p>
            <ByName onInput={setWho} meaning={useMeaning(study.trial, 'pixels')} />
            <div class="form-end">
                <FormTrouble submit={submit} />
                <p class="actions">
                    <button class="strong" type="submit" disabled={submit.busy}>
                        {submit.busy ? t.form.working : boxes.length > 0 ? t.pixels.submit(boxes.length) : t.pixels.submitNone}
                    </button>
                </p>
            </div>
        </form>
    );
}

const middle = (look: PixelLook): PixelBox => ({
    x: Math.round(look.columns * 0.4), y: Math.round(look.rows * 0.45),
    width: Math.max(1, Math.round(look.columns * 0.2)), height: Math.max(1, Math.round(look.rows * 0.1)),
});

/** The image with boxes over it. With `onChange` a pointer draws them, and keys move the one that has the focus. */
function Canvas({ look, boxes, onChange }: { look: PixelLook; boxes: PixelBox[]; onChange?: (boxes: PixelBox[]) => void }) {
    const [drawn, setDrawn] = useState<PixelBox | null>(null);
    const at = (event: PointerEvent) => {
        const area = (event.currentTarget as Element).getBoundingClientRect();
        const part = (value: number, size: number, pixels: number) => Math.round(Math.min(Math.max(value / size, 0), 1) * (pixels - 1));
        return { x: part(event.clientX - area.left, area.width, look.columns), y: part(event.clientY - area.top, area.height, look.rows) };
    };
    const begin = (event: PointerEvent) => {
        if (!onChange || event.button !== 0) return;
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        setDrawn({ ...at(event), width: 1, height: 1 });
    };
    const grow = (event: PointerEvent) => drawn && setDrawn({ ...drawn, width: at(event).x - drawn.x, height: at(event).y - drawn.y });
    const finish = () => {
        if (!drawn || !onChange) return;
        const box = upright(drawn);
        setDrawn(null);
        if (box.width > 2 && box.height > 2) onChange([...boxes, box]);
    };
    const press = (event: KeyboardEvent, index: number) => {
        const changed = moved(boxes[index]!, event, look);
        if (!onChange || changed === undefined) return;
        event.preventDefault();
        onChange(boxes.flatMap((box, i) => (i !== index ? [box] : changed ? [changed] : [])));
    };
    return (
        <div class="pixels-canvas">
            {look.picture && <img src={look.picture} alt={t.pixels.image} draggable={false} />}
            <svg viewBox={`0 0 ${look.columns} ${look.rows}`} preserveAspectRatio="none" class={onChange ? 'drawing' : ''}
                onPointerDown={begin} onPointerMove={grow} onPointerUp={finish} onPointerCancel={() => setDrawn(null)}>
                {boxes.map((box, index) => (
                    <rect key={index} {...box} tabindex={onChange ? 0 : undefined} role={onChange ? 'button' : undefined}
                        aria-label={onChange && t.pixels.box(index + 1)} onKeyDown={(event) => press(event, index)} />
                ))}
                {drawn && <rect {...upright(drawn)} />}
            </svg>
        </div>
    );
}

function upright(box: PixelBox): PixelBox {
    return {
        x: Math.min(box.x, box.x + box.width), y: Math.min(box.y, box.y + box.height),
        width: Math.abs(box.width), height: Math.abs(box.height),
    };
}

/** Arrows move, with Shift they change the size, Delete removes (null). Undefined for any other key. */
function moved(box: PixelBox, event: KeyboardEvent, look: PixelLook): PixelBox | null | undefined {
    if (event.key === 'Delete' || event.key === 'Backspace') return null;
    const step = Math.max(1, Math.round(look.columns / 100));
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!way) return undefined;
    const [dx, dy] = way as [number, number];
    const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
    return event.shiftKey
        ? { ...box, width: within(box.width + dx, 1, look.columns - box.x), height: within(box.height + dy, 1, look.rows - box.y) }
        : { ...box, x: within(box.x + dx, 0, look.columns - box.width), y: within(box.y + dy, 0, look.rows - box.height) };
}
