// A simple viewer: to see whether a series is what it should be, not to report from.

import { useEffect, useRef, useState } from 'preact/hooks';

import { readViewed, Refused } from './api';
import { FrameCache, paint, type Frame, type Window } from './frames';
import { t } from './texts';

const kPresets: [name: 'soft' | 'lung' | 'bone' | 'brain', window: Window][] = [
    ['soft', [40, 400]], ['lung', [-600, 1500]], ['bone', [400, 1800]], ['brain', [40, 80]],
];
const kAhead = [1, -1, 2, 3];
const kPlayMs = 100;
const kMostZoom = 8;

interface Props {
    study: number;
    series: string;
    modality: string;
}

export function Viewer({ study, series, modality }: Props) {
    const [list, setList] = useState<[instance: number, frame: number][]>([]);
    const [at, setAt] = useState(0);
    const [frame, setFrame] = useState<Frame | null>(null);
    const [trouble, setTrouble] = useState('');
    const [chosen, setChosen] = useState<Window | null>(null); // null: what the image itself says
    const [zoom, setZoom] = useState(1);
    const [plays, setPlays] = useState(false);
    const cache = useRef(new FrameCache(study));
    const count = list.length;
    const move = (steps: number) => setAt((now) => Math.min(Math.max(now + steps, 0), Math.max(count - 1, 0)));

    useEffect(() => {
        const open = async () => {
            const found = (await readViewed(study)).find((one) => one.series_instance_uid === series);
            const all = (found?.instances ?? []).flatMap(([instance, frames]) =>
                Array.from({ length: frames }, (_, number): [number, number] => [instance, number]));
            setList(all);
            setAt(Math.floor(all.length / 2));
            if (all.length === 0) setTrouble(t.viewer.none);
        };
        open().catch(() => setTrouble(t.viewer.lost));
    }, [study, series]);

    useEffect(() => {
        let wanted = true;
        const place = list[at];
        if (!place) return undefined;
        cache.current.get(...place).then((got) => {
            if (!wanted) return;
            setFrame(got);
            setTrouble('');
            for (const step of kAhead) {
                const next = list[at + step];
                if (next) cache.current.get(...next).catch(() => undefined);
            }
        }, (error: unknown) => {
            if (!wanted) return;
            setFrame(null);
            setTrouble(error instanceof Refused ? t.viewer.cannot(error.detail) : t.viewer.lost);
        });
        return () => { wanted = false; };
    }, [list, at]);

    useEffect(() => {
        if (!plays || count < 2) return undefined;
        const timer = setInterval(() => setAt((now) => (now + 1) % count), kPlayMs);
        return () => clearInterval(timer);
    }, [plays, count]);

    const window = chosen ?? frame?.windows[0] ?? frame?.automatic ?? [127, 255];
    const presets = presetsOf(frame, modality);
    return (
        <div class="viewer">
            <Picture frame={frame} window={window} zoom={zoom} label={t.viewer.image(at + 1, count)} move={move} onWindow={setChosen} onZoom={setZoom} />
            {trouble && <p class="trouble" role="alert">{trouble}</p>}
            {count > 0 && (
                <div class="viewer-bar">
                    <label>
                        <span>{t.viewer.image(at + 1, count)}</span>
                        <input type="range" min={0} max={count - 1} value={at} onInput={(event) => setAt(Number(event.currentTarget.value))} />
                    </label>
                    {count > 1 && <button type="button" class="small" aria-pressed={plays} onClick={() => setPlays(!plays)}>{plays ? t.viewer.stop : t.viewer.play}</button>}
                    {frame?.values && (
                        <select aria-label={t.viewer.window} value={JSON.stringify(chosen)} onChange={(event) => setChosen(JSON.parse(event.currentTarget.value) as Window | null)}>
                            <option value="null">{t.viewer.own}</option>
                            {presets.map(([words, preset]) => <option key={words} value={JSON.stringify(preset)}>{words}</option>)}
                            {chosen && !presets.some(([, preset]) => preset.join() === chosen.join()) && <option value={JSON.stringify(chosen)}>{t.viewer.drawn}</option>}
                        </select>
                    )}
                    <button type="button" class="small" disabled={zoom <= 1} onClick={() => setZoom(Math.max(zoom / 2, 1))}>{t.viewer.smaller}</button>
                    <button type="button" class="small" disabled={zoom >= kMostZoom} onClick={() => setZoom(Math.min(zoom * 2, kMostZoom))}>{t.viewer.larger}</button>
                    {frame?.values && <span class="quiet">{t.viewer.level(Math.round(window[0]), Math.round(window[1]))}</span>}
                </div>
            )}
            <p class="quiet">{t.viewer.how}</p>
        </div>
    );
}

function presetsOf(frame: Frame | null, modality: string): [string, Window][] {
    const own = (frame?.windows ?? []).slice(1).map((one, index): [string, Window] => [t.viewer.ownNumber(index + 2), one]);
    const automatic: [string, Window][] = frame ? [[t.viewer.automatic, frame.automatic]] : [];
    const usual = modality === 'CT' ? kPresets.map(([name, one]): [string, Window] => [t.viewer.preset[name] ?? name, one]) : [];
    return [...own, ...usual, ...automatic];
}

interface PictureProps {
    frame: Frame | null;
    window: Window;
    zoom: number;
    label: string;
    move: (steps: number) => void;
    onWindow: (window: Window) => void;
    onZoom: (zoom: number) => void;
}

/** The wheel goes through the series, a drag changes the window; by keyboard the arrows and Page keys. */
function Picture({ frame, window, zoom, label, move, onWindow, onZoom }: PictureProps) {
    const canvas = useRef<HTMLCanvasElement>(null);
    const drag = useRef<{ x: number; y: number; from: Window } | null>(null);
    const wheel = useRef<(event: WheelEvent) => void>(() => undefined);
    wheel.current = (event) => {
        event.preventDefault();
        if (event.ctrlKey) onZoom(Math.min(Math.max(zoom * (event.deltaY < 0 ? 1.25 : 0.8), 1), kMostZoom));
        else move(event.deltaY > 0 ? 1 : -1);
    };
    useEffect(() => {
        const element = canvas.current;
        const turn = (event: WheelEvent) => wheel.current(event);
        element?.addEventListener('wheel', turn, { passive: false });
        return () => element?.removeEventListener('wheel', turn);
    }, []);
    useEffect(() => {
        if (frame && canvas.current) {
            paint(canvas.current, frame, window);
            // Set by script: a style attribute would need a weaker content policy.
            canvas.current.style.aspectRatio = `${frame.columns} / ${frame.rows * frame.aspect}`;
        }
    }, [frame, window[0], window[1]]);
    useEffect(() => {
        if (canvas.current) canvas.current.style.width = `${zoom * 100}%`;
    }, [zoom]);
    const onKey = (event: KeyboardEvent) => {
        const steps = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
        if (steps === undefined) return;
        event.preventDefault();
        move(steps);
    };
    return (
        <div class="viewer-frame" tabIndex={0} role="group" aria-label={label} onKeyDown={onKey}>
            <canvas ref={canvas} role="img" aria-label={label}
                onPointerDown={(event) => {
                    drag.current = { x: event.clientX, y: event.clientY, from: window };
                    event.currentTarget.setPointerCapture(event.pointerId);
                }}
                onPointerMove={(event) => {
                    const begun = drag.current;
                    if (!begun || !frame?.values) return;
                    const step = Math.max(begun.from[1] / 200, frame.slope);
                    onWindow([begun.from[0] + (event.clientY - begun.y) * step, Math.max(begun.from[1] + (event.clientX - begun.x) * step, 1)]);
                }}
                onPointerUp={() => { drag.current = null; }} onPointerCancel={() => { drag.current = null; }} />
        </div>
    );
}
