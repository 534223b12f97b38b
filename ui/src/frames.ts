// Frames of the viewer: read from the box as numbers, shown through a window.

import { kBase, Refused, Unreachable } from './api';

export type Window = [center: number, width: number];

export interface Frame {
    rows: number;
    columns: number;
    aspect: number; // height of a pixel by its width
    colour: Uint8Array | null;
    values: Uint16Array | null;
    slope: number;
    intercept: number;
    invert: boolean;
    windows: Window[];
    automatic: Window;
}

interface Said {
    rows: number;
    columns: number;
    row_mm: number;
    column_mm: number;
    samples: number;
    slope?: number;
    intercept?: number;
    invert: boolean;
    windows: Window[];
    automatic?: Window;
}

const kLineFeed = 10;

export async function readFrame(study: number, instance: number, frame: number): Promise<Frame> {
    const answer = await fetch(`${kBase}/studies/${study}/frames/${instance}/${frame}`, { cache: 'no-store' }).catch(() => {
        throw new Unreachable();
    });
    if (!answer.ok) {
        const body = (await answer.json().catch(() => ({}))) as { error?: string; message?: string; detail?: string };
        throw new Refused(answer.status, body.error ?? '', body.message ?? '', body.detail ?? '');
    }
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const end = bytes.indexOf(kLineFeed);
    const said = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Said;
    const pixels = bytes.slice(end + 1); // a copy begins where 16-bit numbers may
    return {
        rows: said.rows, columns: said.columns, aspect: said.row_mm > 0 && said.column_mm > 0 ? said.row_mm / said.column_mm : 1,
        colour: said.samples === 3 ? pixels : null,
        values: said.samples === 1 ? new Uint16Array(pixels.buffer, 0, said.rows * said.columns) : null,
        slope: said.slope ?? 1, intercept: said.intercept ?? 0, invert: said.invert, windows: said.windows,
        automatic: said.automatic ?? [127, 255],
    };
}

/** PS3.3 C.11.2.1.2.1, the linear window. */
export function paint(canvas: HTMLCanvasElement, frame: Frame, [center, width]: Window): void {
    canvas.width = frame.columns;
    canvas.height = frame.rows;
    const context = canvas.getContext('2d');
    if (!context) return;
    const image = context.createImageData(frame.columns, frame.rows);
    const out = new Uint32Array(image.data.buffer);
    if (frame.colour) {
        for (let i = 0; i < out.length; i += 1) {
            out[i] = 0xff000000 | ((frame.colour[3 * i + 2] ?? 0) << 16) | ((frame.colour[3 * i + 1] ?? 0) << 8) | (frame.colour[3 * i] ?? 0);
        }
    } else if (frame.values) {
        const grays = grayOf(frame, center, width);
        for (let i = 0; i < out.length; i += 1) out[i] = grays[frame.values[i] ?? 0] ?? 0xff000000;
    }
    context.putImageData(image, 0, 0);
}

/** The colour of each stored number. */
function grayOf(frame: Frame, center: number, width: number): Uint32Array {
    const table = new Uint32Array(65_536);
    const low = center - 0.5 - (width - 1) / 2;
    const span = Math.max(width - 1, 1e-9);
    for (let stored = 0; stored < table.length; stored += 1) {
        const share = Math.min(Math.max((stored * frame.slope + frame.intercept - low) / span, 0), 1);
        const gray = Math.round(255 * (frame.invert ? 1 - share : share));
        table[stored] = 0xff000000 | (gray << 16) | (gray << 8) | gray;
    }
    return table;
}

/** The last frames that were looked at, so that going back and forth asks nothing. */
export class FrameCache {
    private kept = new Map<string, Promise<Frame>>();

    constructor(private readonly study: number) {}

    get(instance: number, frame: number): Promise<Frame> {
        const key = `${instance} ${frame}`;
        const known = this.kept.get(key);
        if (known) return known;
        const asked = readFrame(this.study, instance, frame);
        this.kept.set(key, asked);
        asked.catch(() => this.kept.delete(key));
        if (this.kept.size > kMostKept) this.kept.delete([...this.kept.keys()][0] ?? '');
        return asked;
    }
}

const kMostKept = 120;
