// The shapes of docs/formats/api.md that concern the central teams.

export interface CentralQuery {
    id: number;
    trial: string;
    query_id: string;
    study: number | null; // about none that is here
    subject: string;
    visit: string;
    topic: string;
    wants: 'text' | 'decision' | 'series';
    choices: string[];
    due: number | null;
    overdue: boolean;
    state: 'open' | 'closed';
    closed_why: string;
    closed_by: string;
    received_at: number;
    unread: boolean;
    entries: { side: 'sponsor' | 'site'; at: number; who: string; text: string; decision: string; series: number }[];
}

export interface CentralPack {
    id: number;
    trial: string;
    pack: string;
    version: string;
    state: 'scheduled' | 'in-force' | 'former';
    shown_as: string; // the state, or due, withdrawn
    in_force_at: number | null;
    in_force_since: number | null;
    offered_at: number;
    withdrawn: string;
    changes: { section: string; text: string; details: string[] }[];
    trial_run: { studies: number; fail_now: number; fail_then: number } | null;
    acknowledged: { who: string; at: number }[];
}

export interface CentralInbox {
    trial: string;
    title: string;
    site: string;
    ae_title: string;
    state: 'requested' | 'accepted' | 'rejected';
    fingerprint: string;
    certificate_ends: number | null;
    missing: string; // why it cannot receive yet
    polled_at: number | null;
    refreshed_at: number | null;
    trouble: string;
    closed: string;
    refused: { name: string; at: number; reasons: string[] }[];
    software: { name: string; version: string; notes: string }[];
    not_expected: string[];
}
