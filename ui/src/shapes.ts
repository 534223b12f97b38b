// The shapes of docs/formats/api.md.

export type Card = 'arriving' | 'may_leave' | 'scan_again' | 'needs_you' | 'not_judged' | 'phantom';

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
    content?: string; // images, verdict, withdrawal
    withdrawn?: string; // why the sponsor is told to withdraw it, or empty
    cancelled?: boolean; // it is sent no further
}

/** Of a wrong assignment, until a second person confirms or rejects it. */
export interface Correction {
    id: number;
    scope: string; // study, patient
    from_subject: string;
    from_visit: string;
    to_subject: string; // empty: no subject of the trial
    to_visit: string;
    proposed_by: string;
    why: string;
    proposed_at: number;
}

export interface DeidLine {
    where: string;
    done: string;
    reason: string;
    count: number;
}

export interface DeidReport {
    parcel: string;
    made_at: number;
    sha256: string;
    options: string[];
    images: number;
    elements: Record<string, number>;
    withheld: number;
    lines?: DeidLine[];
}

/** A find of the leak gate; never its value. */
export interface Leak {
    id: number;
    place: string;
    what: string;
    images: number;
    series: string[];
    can_remove: boolean;
    settled: '' | 'removed' | 'withheld';
}

export interface StudyDetail extends Study {
    leaks?: Leak[];
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
    correction?: Correction | null;
    deid: DeidReport | null;
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
    signatures?: Record<string, string>; // by decision: what is signed with it
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
    time_zone?: string; // the site's, as IANA names it; empty when the box does not know
    ae_titles: string[];
    dicom_address: string;
    disk_free_bytes: number;
    disk_reserve_bytes: number;
    uploads: { waiting: number; active: number; bytes_left: number; rate_bytes_s: number };
    queries?: { open: number; unread: number; overdue: number }; // of the central teams
    trials: Trial[];
    problems: Problem[];
}

export interface VisitStudy {
    id: number;
    study_date: string;
    state: string;
    outcome: string;
}

export interface Pause {
    who: string;
    at: number;
}

/** A parcel or a message on its way to a sponsor. */
export interface OutboxObject {
    id: string;
    kind: string; // parcel, message
    content: string;
    trial: string;
    study: number | null;
    subject: string;
    visit: string;
    bytes: number;
    sent: number;
    state: string;
    attempts: number;
    paused: boolean;
    rate_bytes_s: number;
    created_at: number;
    delivered_at: number | null;
    waits: { reason: string; sentence: string; do: string; until: number | null } | null;
}

/** What uploads may take of the line now; the last four are what a person said. */
export interface OutboxLine {
    open: boolean;
    opens_at: number | null;
    bytes_per_second: number | null;
    limit_bytes_per_second: number | null;
    from_minute: number | null;
    to_minute: number | null;
    who: string;
}

/** One trial's way: the server that is used in place of the sponsor's first, and what the sponsor allows now. */
export interface OutboxTrial {
    id: string;
    paused: Pause | null;
    other_address: string | null;
    sponsor_bytes_per_second: number | null;
}

export interface Outbox {
    now: number;
    paused: Pause | null;
    trials: OutboxTrial[];
    line: OutboxLine;
    rate_bytes_s: number;
    objects: OutboxObject[];
}

export interface Transfer {
    id: string;
    kind: string;
    content: string;
    trial: string;
    study: number | null;
    subject: string;
    visit: string;
    study_date: string;
    accession_number: string;
    bytes: number;
    sha256: string;
    state: string;
    created_at: number;
    delivered_at: number | null;
    confirmed_at: number | null;
    receipt: string;
}

/** One visit of one subject; a repeated visit comes once for each repeat. */
export interface ExpectedVisit {
    id: string;
    label: string;
    from: string; // DICOM dates; empty where there is no window
    to: string;
    state: string; // received, due, coming, missed, open, left
    studies: VisitStudy[];
}

export interface SubjectVisits {
    subject: string;
    left: string; // DICOM date since when the subject takes part no longer; empty while it does
    visits: ExpectedVisit[];
}

export interface Scanner {
    id: number;
    trial: string;
    key: string;
    label: string;
    first_seen: number;
    last_seen: number;
    qualified: boolean | null; // null while nobody has said
    qualified_by: string;
    qualified_on: string;
    standard: string;
    phantoms: { id: string; passed_on: string }[];
    watched: { name: string; label: string; now: string; at_qualification: string }[];
    changes: { at: number; name: string; before: string; now: string }[];
}

/** A choice that is remembered: what a series of this scanner and protocol is. */
export interface Placement {
    id: number;
    trial: string;
    key: string;
    slot_id: string;
    slot_label: string;
    who: string;
    at: number;
}

/** Pixels of an image, from the left and from the top. */
export interface PixelBox {
    x: number;
    y: number;
    width: number;
    height: number;
}

/** An image that was looked at for burnt-in text. */
export interface PixelLook {
    instance: number;
    outcome: 'clean' | 'blanked' | 'doubtful' | 'cannot';
    reason: string;
    rows: number;
    columns: number;
    boxes: (PixelBox & { kind: string; spared: string })[];
    picture: string | null;
    said: { who: string; at: number; boxes: PixelBox[] } | null;
}

/** One scan in the ledger of phantoms. */
export interface PhantomScan {
    study: number;
    is: 'patient' | 'phantom' | 'not_the_phantom' | 'cannot_analyse';
    why: string;
    kind: string;
    label: string;
    phantom: string;
    acquired_on: string;
    verdict: string;
    signed_by: string;
    signed_at: number;
}

export interface PhantomTrend {
    metric: string;
    label: string;
    part: string;
    unit: string;
    low: number | null;
    high: number | null;
    mean: number | null;
    sigma: number | null;
    flags: string[];
    points: { on: string; value: number; uncertainty: number; study: number }[];
}

/** What is known of phantoms on one scanner. */
export interface PhantomLedger {
    scanner: number;
    trial: string;
    label: string;
    phantoms: { id: string; kind: string; label: string; passed_on: string; standing: string; due_on: string; stops_on: string; sentence: string }[];
    scans: PhantomScan[];
    trends: { kind: string; label: string; metrics: PhantomTrend[] }[];
    changes: { at: number; name: string; now: string }[];
}

export interface PhantomValue {
    metric: string;
    label: string;
    part: string;
    unit: string;
    value: number;
    uncertainty: number;
    low: number | null;
    high: number | null;
    verdict: string;
    confirmed: number | null;
    confirmed_by: string;
}

interface PhantomPicture {
    file: string;
    caption: string;
}

export interface PhantomDetail extends PhantomScan {
    values: PhantomValue[];
    form: { name: string; value: string }[];
    analyses: {
        series_number: number;
        why: string;
        pictures: PhantomPicture[];
        tests: { id: string; title: string; why: string; pictures: PhantomPicture[] }[];
    }[];
}
