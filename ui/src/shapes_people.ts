// What the box says of sessions, people and the audit (docs/formats/api.md).

export type Role = 'technologist' | 'site-it' | 'investigator' | 'auditor';
export const kRoles: Role[] = ['technologist', 'site-it', 'investigator', 'auditor'];

export interface Person {
    id: number;
    name: string;
    full_name: string;
    role: Role;
    must_change: boolean;
    pin: boolean;
    codes: boolean;
    added_at: number;
    added_by: string;
    left_at: number | null;
}

/** Who is signed in; the parts of a person are there in the last three states. */
export interface SessionWord extends Partial<Person> {
    state: 'set-up' | 'signed-out' | 'code-needed' | 'open' | 'locked' | 'new-password';
    site: string;
    csrf?: string;
    may?: string[]; // calls that change something and are open to this role
    waiting?: { scan_again: number; needs_you: number };
}

export interface AuditEntry {
    id: number;
    at: number;
    who: string;
    event: string;
    from: string;
    to: string;
    detail: string;
    study: number | null;
    subject: string;
}

export interface AuditPage {
    intact: boolean;
    broken_at: number | null;
    more: boolean;
    entries: AuditEntry[];
}
