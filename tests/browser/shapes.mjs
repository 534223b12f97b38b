// The shapes of docs/formats/api.md, which a real box and the invented one both keep to.
import assert from 'node:assert/strict';

const text = 'string';
const number = 'number';
const list = 'array';
const flag = 'boolean';

export const kRefused = { error: text, message: text, detail: text };
const kStatus = {
    site: text, version: text, now: number, ae_titles: list, dicom_address: text, disk_free_bytes: number, disk_reserve_bytes: number,
    uploads: 'object', queries: 'object', trials: list, problems: list,
};
const kTrial = { id: text, title: text, pack_version: text, subjects: list, visits: list };
const kProblem = { what: text, meaning: text, do: text };
export const kStudy = {
    id: number, state: text, outcome: text, card: text, headline: text, advice: text, repair: text, trial: text, subject: text,
    visit: text, visit_label: text, patient_label: text, modality: text, study_description: text, source: text, instances: number,
    series_count: number, received_at: number, changed_at: number, verdict_number: number, waits: text, upload: 'object or null',
};
const kUpload = { bytes: number, sent: number, rate_bytes_s: number, state: text, reason: text };
const kDetail = {
    ...kStudy, study_instance_uid: text, accession_number: text, study_date: text, pack: 'object or null', cannot_tell: number,
    allowed: list, deid: 'object or null',
};
const kLists = {
    series: {
        series_instance_uid: text, description: text, modality: text, instances: number, slot_id: text, slot_label: text, repeat: flag,
        placed_by: text, candidates: list,
    },
    findings: {
        rule: text, result: text, severity: text, repair: text, label: text, expected: text, found: text, why: text, advice: text,
        slot: text, series_instance_uid: text, question: text, picture: text, waiver: text,
    },
    questions: { id: text, ask: text, type: text, unit: text, also: list, needed: text, answer: text, answered_by: text },
    checklist: { slot_id: text, label: text, endpoints: list, needed: number, received: number, state: text },
    slots: { id: text, label: text },
    suggested_visits: { id: text, label: text, why: text },
    timeline: { at: number, what: text, who: text, why: text },
    parcels: { id: text, bytes: number, sent: number, state: text, receipt: 'string or null', confirmed_at: 'number or null' },
};
export const kRefusal = {
    id: number, at: number, kind: text, reason: text, sentence: text, do: text, calling_ae_title: text, address: text,
    sop_instance_uid: text, study_id: 'number or null', count: number, acknowledged_by: 'string or null',
};
const kVisit = { id: text, label: text, from: text, to: text, state: text, studies: list };
const kVisitStudy = { id: number, study_date: text, state: text, outcome: text };
const kScanner = {
    id: number, trial: text, key: text, label: text, first_seen: number, last_seen: number, qualified: 'boolean or null',
    qualified_by: text, qualified_on: text, standard: text, phantoms: list, watched: list, changes: list,
};
const kPhantom = { id: text, passed_on: text };
const kWatched = { name: text, label: text, now: text, at_qualification: text };
const kChange = { at: number, name: text, before: text, now: text };
const kWaits = { reason: text, sentence: text, do: text, until: 'number or null' };
const kOutboxObject = {
    id: text, kind: text, content: text, trial: text, study: 'number or null', subject: text, visit: text, bytes: number, sent: number,
    state: text, attempts: number, paused: 'boolean', rate_bytes_s: number, created_at: number, delivered_at: 'number or null',
    waits: 'object or null',
};
const kOutboxLine = {
    open: 'boolean', opens_at: 'number or null', bytes_per_second: 'number or null', limit_bytes_per_second: 'number or null',
    from_minute: 'number or null', to_minute: 'number or null', who: text,
};
const kOutboxTrial = { id: text, paused: 'object or null', other_address: 'string or null', sponsor_bytes_per_second: 'number or null' };
const kOutbox = { now: number, paused: 'object or null', trials: 'array', line: 'object', rate_bytes_s: number, objects: 'array' };
const kTransfer = {
    id: text, kind: text, content: text, trial: text, study: 'number or null', subject: text, visit: text, study_date: text,
    accession_number: text, bytes: number, sha256: text, state: text, created_at: number, delivered_at: 'number or null',
    confirmed_at: 'number or null', receipt: text,
};

export function conformOutbox(outbox) {
    conform(outbox, kOutbox, 'outbox');
    conform(outbox.line, kOutboxLine, 'outbox.line');
    for (const trial of outbox.trials) conform(trial, kOutboxTrial, 'outbox.trial');
    for (const object of outbox.objects) {
        conform(object, kOutboxObject, 'outbox.object');
        if (object.waits) conform(object.waits, kWaits, 'outbox.object.waits');
    }
}

export function conformTransfers(transfers) {
    for (const row of transfers) conform(row, kTransfer, 'transfer');
}

export const kPlacement = { id: number, trial: text, key: text, slot_id: text, slot_label: text, who: text, at: number };

/** Fails unless `value` has every member of `shape`, of its kind. */
export function conform(value, shape, name) {
    const kindOf = (member) => (member === null ? 'null' : Array.isArray(member) ? 'array' : typeof member);
    for (const [key, kind] of Object.entries(shape)) {
        assert.ok(kind.split(' or ').includes(kindOf(value?.[key])), `${name}.${key} is ${kindOf(value?.[key])}, not ${kind}`);
    }
}

export function conformStatus(status) {
    conform(status, kStatus, 'status');
    for (const trial of status.trials) conform(trial, kTrial, 'trial');
    for (const problem of status.problems) conform(problem, kProblem, 'problem');
}

export function conformDetail(study) {
    conform(study, kDetail, `detail ${study.id}`);
    if (study.upload) conform(study.upload, kUpload, 'upload');
    for (const [key, shape] of Object.entries(kLists)) {
        conform(study, { [key]: list }, `detail ${study.id}`);
        for (const entry of study[key]) conform(entry, shape, `${key} of ${study.id}`);
    }
}

export function conformVisits(rows) {
    for (const row of rows) {
        conform(row, { subject: text, left: text, visits: list }, 'subject');
        for (const visit of row.visits) {
            conform(visit, kVisit, 'visit');
            for (const study of visit.studies) conform(study, kVisitStudy, 'study of a visit');
        }
    }
}

export function conformScanners(scanners) {
    for (const scanner of scanners) {
        conform(scanner, kScanner, 'scanner');
        for (const phantom of scanner.phantoms) conform(phantom, kPhantom, 'phantom');
        for (const value of scanner.watched) conform(value, kWatched, 'watched');
        for (const change of scanner.changes) conform(change, kChange, 'change');
    }
}
