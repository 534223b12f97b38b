// The HTTP API of docs/formats/api.md: one function a call; its shapes are in shapes.ts.

import type { CentralInbox, CentralPack, CentralQuery } from './shapes_central';
import type { DeidReport, Outbox, PhantomDetail, PhantomLedger, PixelBox, PixelLook, Placement, Refusal, Scanner, Status, Study, StudyDetail, SubjectVisits, Transfer } from './shapes';

export type * from './shapes';
export type * from './shapes_central';
export type * from './shapes_people';

/** The box was not reached, or something between us and it answered in its place. */
export class Unreachable extends Error {}
/** Nobody is signed in, or the page is locked. */
export class SignedOut extends Error {}
/** The box answered, and said no. `message` is its sentence for people. */
export class Refused extends Error {
    constructor(
        readonly status: number,
        readonly slug: string,
        message: string,
        readonly detail: string,
    ) {
        super(message);
    }
}

export const kBase = '/api/v1';
const kTimeoutMs = 10_000;

async function call(path: string, init: RequestInit): Promise<unknown> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), kTimeoutMs);
    try {
        let answer: Response;
        let text: string;
        try {
            answer = await fetch(kBase + path, { ...init, cache: 'no-store', credentials: 'same-origin', signal: stop.signal });
            text = await answer.text();
        } catch {
            throw new Unreachable();
        }
        const atTheDoor = path === '/session' || path === '/session/unlock' || path === '/setup';
        if ((answer.status === 401 || answer.status === 423) && !atTheDoor) throw new SignedOut();
        const body = parse(text);
        if (answer.ok) return body;
        if (!isRefusal(body)) throw new Unreachable();
        throw new Refused(answer.status, body.error, body.message, body.detail ?? '');
    } finally {
        clearTimeout(timer);
    }
}

function parse(text: string): unknown {
    try {
        return text === '' ? null : JSON.parse(text);
    } catch {
        throw new Unreachable();
    }
}

function isRefusal(body: unknown): body is { error: string; message: string; detail?: string } {
    return typeof body === 'object' && body !== null && 'error' in body && 'message' in body;
}

export function get<T>(path: string): Promise<T> {
    return call(path, { headers: { Accept: 'application/json' } }) as Promise<T>;
}

let csrf = '1';
let signature: { password: string; code: string } | null = null;

/** Proves that the calls come from this page of this session. */
export function useCsrf(given: string | undefined): void {
    csrf = given ?? '1';
}

/** What the next change is signed with, while the form that asks for it is open. */
export function signNextWith(given: { password: string; code: string } | null): void {
    signature = given;
}

export function post(path: string, body: object): Promise<unknown> {
    return call(path, {
        method: 'POST',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Gantry-Request': csrf },
        body: JSON.stringify(signature ? { ...body, ...signature } : body),
    });
}

/** Lists come bare or as the one array member of an object. */
export function list<T>(body: unknown): T[] {
    if (Array.isArray(body)) return body as T[];
    if (typeof body === 'object' && body !== null) {
        const found = Object.values(body).find(Array.isArray);
        if (found) return found as T[];
    }
    throw new Unreachable();
}

export const eventsAddress = `${kBase}/events`;
export const readStatus = () => get<Status>('/status');
export const readStudies = async (limit: number) => list<Study>(await get(`/studies?limit=${limit}`));
export const readStudy = (id: number) => get<StudyDetail>(`/studies/${id}`);
export const readDeid = async (id: number) => list<DeidReport>(await get(`/studies/${id}/deid`));
/** Series of a study as what the viewer can show: numbers of instances, each with its frames. */
export const readViewed = async (id: number) =>
    list<{ series_instance_uid: string; instances: [instance: number, frames: number][] }>(await get(`/studies/${id}/frames`));
export const readPixels = async (id: number) => list<PixelLook>(await get(`/studies/${id}/pixels`));
export const sayPixels = (id: number, instance: number, boxes: PixelBox[], who: string) => post(`/studies/${id}/pixels`, {
    instance: String(instance), who,
    boxes: boxes.map((box) => [box.x, box.y, box.width, box.height].join(',')).join(' ') || 'none',
});
export const readRefusals = async () => list<Refusal>(await get('/refusals'));
export const readOutbox = () => get<Outbox>('/outbox');
/** `what`: pause, resume, order, cancel, line. */
export const changeOutbox = (what: string, body: Record<string, string>) => post(`/outbox/${what}`, body);
export const transferQuery = (text: string, confirmed: boolean) =>
    new URLSearchParams({ ...(text && { q: text }), ...(confirmed && { confirmed: '1' }) }).toString();
export const readTransfers = async (query: string) => list<Transfer>(await get(`/transfers?${query}`));
export const transferCsvAddress = (query: string) => `${kBase}/transfers.csv?${query}`;
export const assign = (id: number, subject: string, visit: string, who: string) =>
    post(`/studies/${id}/assign`, { subject, visit, who });
export const release = (id: number, who: string, why: string) => post(`/studies/${id}/release`, { who, why });
export const judgeAgain = (id: number, who: string, why: string) => post(`/studies/${id}/judge-again`, { who, why });
/** `subject` empty: no subject of the trial; `visit` empty: as before; `scope`: "patient" or "study". */
export const correct = (id: number, subject: string, visit: string, scope: string, who: string, why: string) =>
    post(`/studies/${id}/correct`, { subject, none: subject ? 'no' : 'yes', visit, scope, who, why });
export const confirmCorrection = (id: number, who: string) => post(`/corrections/${id}/confirm`, { who });
export const rejectCorrection = (id: number, who: string, why: string) => post(`/corrections/${id}/reject`, { who, why });
export const acknowledge = (id: number, who: string) => post(`/refusals/${id}/acknowledge`, { who });
export const answer = (id: number, question: string, value: string, who: string) =>
    post(`/studies/${id}/answer`, { question, value, who });
/** `slot` empty: none of them. */
export const place = (id: number, series: string, slot: string, remember: boolean, who: string) =>
    post(`/studies/${id}/place`, { series, slot, remember: remember ? 'yes' : 'no', who });
const seriesAddress = (id: number, series: string) => `${kBase}/studies/${id}/series/${encodeURIComponent(series)}`;
export const thumbnailAddress = (id: number, series: string) => `${seriesAddress(id, series)}/thumbnail.png`;
export const pictureAddress = (id: number, series: string, check: string) =>
    `${seriesAddress(id, series)}/pictures/${encodeURIComponent(check)}.png`;
/** `span`: "study" or "subject"; `until` is a DICOM date, or empty for no end. */
export const waive = (id: number, rule: string, deviation: string, span: string, until: string, who: string) =>
    post(`/studies/${id}/waive`, { rule, deviation, for: span, ...(until ? { until } : {}), who });
export const settleLeak = (leak: number, choice: 'remove' | 'withhold', who: string, why: string) =>
    post(`/leaks/${leak}/${choice}`, { who, why });
export const readVisits = async (trial: string) => list<SubjectVisits>(await get(`/visits?trial=${encodeURIComponent(trial)}`));
export const readScanners = async () => list<Scanner>(await get('/scanners'));
export const readPlacements = async () => list<Placement>(await get('/placements'));
/** `more`: study, slot and standard, where a reconstruction is qualified. */
export const qualify = (id: number, qualified: boolean, who: string, why: string, more: Record<string, string>) =>
    post(`/scanners/${id}/qualify`, { qualified: qualified ? 'yes' : 'no', who, why, ...more });
export const phantomPassed = (id: number, phantom: string, passedOn: string, who: string) =>
    post(`/scanners/${id}/phantom`, { phantom, passed_on: passedOn, who });
export const readQueries = async () => list<CentralQuery>(await get('/queries'));
/** `study`: number of the scan that answers it, or empty. */
export const answerQuery = (id: number, who: string, text: string, decision: string, study: string) =>
    post(`/queries/${id}/answer`, { who, text, decision, study });
export const markQueryRead = (id: number) => post(`/queries/${id}/read`, {});
export const readPacks = async () => list<CentralPack>(await get('/packs'));
export const acknowledgePack = (id: number, who: string) => post(`/packs/${id}/acknowledge`, { who });
export const readInboxes = async () => list<CentralInbox>(await get('/inbox'));
export const pullInbox = () => post('/inbox/pull', {});
export const enrol = (file: string, aeTitle: string, who: string) => post('/enrolments', { file, ae_title: aeTitle, who });
export const forget = (placement: number, who: string) => post(`/placements/${placement}/forget`, { who });
export const readPhantoms = async () => list<PhantomLedger>(await get('/phantoms'));
export const readPhantom = (study: number) => get<PhantomDetail>(`/phantoms/${study}`);
export const sayPhantom = (study: number, is: 'patient' | 'phantom', who: string, why: string) =>
    post(`/phantoms/${study}/say`, { is, who, why });
export const confirmPhantom = (study: number, metric: string, value: string, who: string) =>
    post(`/phantoms/${study}/confirm`, { metric, value, who });
export const signPhantom = (study: number, who: string) => post(`/phantoms/${study}/sign`, { who });
export const typePhantomForm = (study: number, form: Record<string, string>, who: string) =>
    post(`/phantoms/${study}/form`, { ...form, who });
export const phantomPicture = (study: number, file: string) => `${kBase}/phantoms/${study}/pictures/${encodeURIComponent(file)}`;
export const phantomStatement = (study: number) => `${kBase}/phantoms/${study}/statement.html`;
