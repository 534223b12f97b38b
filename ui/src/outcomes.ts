// What a study's card means for a person: whether someone is needed, in which order, and what to announce.

import type { Card, Study } from './api';
import { personName } from './format';
import { t } from './texts';

/** States after which nothing here waits for a person any more: the decision was made. */
const kOnTheWay = new Set(['deidentifying', 'ready', 'uploading', 'delivered', 'confirmed', 'purged']);
const kFinished = new Set(['confirmed', 'purged']);

const kUrgency: Record<Card, number> = { scan_again: 0, needs_you: 1, not_judged: 2, arriving: 3, may_leave: 4, phantom: 5 };

export const isFinished = (study: Study) => kFinished.has(study.state);
export const isArriving = (study: Study) => study.card === 'arriving';

export function needsSomeone(study: Study): boolean {
    if (study.state === 'quarantined') return true;
    if (study.card === 'arriving' || study.card === 'may_leave' || study.card === 'phantom') return false;
    return !kOnTheWay.has(study.state);
}

/** Red first, the newest on top. */
export function byUrgency(a: Study, b: Study): number {
    return kUrgency[a.card] - kUrgency[b.card] || b.changed_at - a.changed_at || b.id - a.id;
}

export function byArrival(a: Study, b: Study): number {
    return b.received_at - a.received_at || b.id - a.id;
}

/** "0417-012 · Week 8 · CT"; the name on the scanner where there is no subject yet. */
export function nameOf(study: Study): string {
    const who = study.subject || personName(study.patient_label) || t.study.unknownSubject;
    return [who, study.visit_label, study.modality].filter(Boolean).join(' · ');
}

/** Remembers which outcomes were there, and gives those that are new. */
export class Outcomes {
    private known: Map<number, string> | null = null;

    take(studies: Study[]): { study: Study; sentence: string }[] {
        const first = this.known === null;
        this.known ??= new Map();
        const said: { study: Study; sentence: string }[] = [];
        for (const study of studies) {
            const mark = study.card === 'arriving' ? '' : `${study.card} ${study.verdict_number}`;
            const before = this.known.get(study.id);
            this.known.set(study.id, mark);
            if (first || mark === '' || mark === before) continue;
            said.push({ study, sentence: t.announce(t.outcome[study.card], nameOf(study), study.headline) });
        }
        return said;
    }
}
