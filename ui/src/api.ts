// The HTTP API of docs/formats/api.md: its shapes, and one function a call.

export type Card = 'arriving' | 'may_leave' | 'scan_again' | 'needs_you' | 'not_judged';

export interface Upload {
    bytes: number;
    sent: number;
    rate_bytes_s: number;
    state: string;
    reason: string;
}

export interface Study {
    id: number;
    state: string;
    outcome: string;
    card: Card;
    headline: string;
    advice: string;
    repair: string;
    trial: string;
    subject: string;
    visit: string;
    visit_label: string;
    patient_label: string;
    modality: string;
    study_description: string;
    source: string;
    instances: number;
    series_count: number;
    received_at: number;
    changed_at: number;
    verdict_number: number;
    waits: string;
    upload: Upload | null;
}

export interface Series {
    series_instance_uid: string;
    description: string;
    modality: string;
    instances: number;
    slot_id: string;
    slot_label: string;
    repeat: boolean; // kept; another series of the slot is judged
    placed_by: string;
    candidates: string[]; // ids of the slots it could be; not empty: a person says which
}

export interface Finding {
    rule: string;
    result: string;
    severity: string;
    repair: string;
    label: string;
    expected: string;
    found: string;
    why: string;
    advice: string;
    slot: string;
    series_instance_uid: string;
    question: string; // the question that would settle it, or empty
    picture: string; // the check whose picture shows where the trouble is, or empty
    waiver: string; // the deviation it is waived under, or empty
}

/** What the header cannot say, asked of a person. */
export interface Asked {
    id: string;
    ask: string;
    type: string; // number, yes_no, text, time
    unit: string;
    also: string[]; // other units that are understood
    needed: string;
    answer: string;
    answered_by: string;
}

/** One line of a visit's checklist: a slot of the imaging manual. */
export interface ChecklistLine {
    slot_id: string;
    label: string;
    endpoints: string[];
    needed: number;
    received: number;
    state: string; // present, missing, unsure, not_needed
}

export interface Slot {
    id: string;
    label: string;
}

export interface SuggestedVisit {
    id: string;
    label: string;
    why: string;
}

export interface TimelineEntry {
    at: number;
    what: string;
    who: string;
    why: string;
}

export interface Parcel {
    id: string;
    bytes: number;
    sent: number;
    state: string;
    receipt: string | null;
    confirmed_at: number | null;
}

export interface StudyDetail extends Study {
    study_instance_uid: string;
    accession_number: string;
    study_date: string;
    pack: { id: string; version: string } | null;
    series: Series[];
    findings: Finding[];
    questions: Asked[];
    checklist: ChecklistLine[];
    cannot_tell: number;
    slots: Slot[];
    suggested_visits: SuggestedVisit[];
    timeline: TimelineEntry[];
    parcels: Parcel[];
    allowed: string[];
}

export interface Refusal {
    id: number;
    at: number;
    kind: string;
    reason: string;
    sentence: string;
    do: string;
    calling_ae_title: string;
    address: string;
    sop_instance_uid: string;
    study_id: number | null;
    count: number;
    acknowledged_by: string | null;
}

export interface Visit {
    id: string;
    label: string;
}

export interface Trial {
    id: string;
    title: string;
    pack_version: string;
    subjects: string[];
    visits: Visit[];
}

export interface Problem {
    what: string;
    meaning: string;
    do: string;
}

export interface Status {
    site: string;
    version: string;
    now: number;
    ae_titles: string[];
    dicom_address: string;
    disk_free_bytes: number;
    disk_reserve_bytes: number;
    uploads: { waiting: number; active: number; bytes_left: number; rate_bytes_s: number };
    trials: Trial[];
    problems: Problem[];
}

/** The box was not reached, or something between us and it answered in its place. */
export class Unreachable extends Error {}
/** No session: the access code is needed. */
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

const kBase = '/api/v1';
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
        if (answer.status === 401 && path !== '/session') throw new SignedOut();
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

function get<T>(path: string): Promise<T> {
    return call(path, { headers: { Accept: 'application/json' } }) as Promise<T>;
}

function post(path: string, body: object): Promise<unknown> {
    return call(path, {
        method: 'POST',
        headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Gantry-Request': '1' },
        body: JSON.stringify(body),
    });
}

/** Lists come bare or as the one array member of an object. */
function list<T>(body: unknown): T[] {
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
export const readRefusals = async () => list<Refusal>(await get('/refusals'));
export const signIn = (code: string) => post('/session', { code });
export const assign = (id: number, subject: string, visit: string, who: string) =>
    post(`/studies/${id}/assign`, { subject, visit, who });
export const release = (id: number, who: string, why: string) => post(`/studies/${id}/release`, { who, why });
export const judgeAgain = (id: number, who: string, why: string) => post(`/studies/${id}/judge-again`, { who, why });
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
