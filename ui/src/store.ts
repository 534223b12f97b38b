// What the page knows of the box, kept current: events when they come, polling when they do not, everything read
// anew after any gap. One instance for the page; components subscribe.

import * as api from './api';
import { lock, readSession, stayAwake } from './api_people';
import { raise, wake } from './alarm';
import { setTimeZone } from './language';
import { Outcomes } from './outcomes';
import { t } from './texts';

export type Session = 'unknown' | 'in' | 'out' | 'set-up' | 'locked' | 'new-password';

/** Somebody stands before the page, who must do something first. */
export const isShut = (session: Session): boolean => session !== 'in' && session !== 'unknown';

const kSessions: Record<api.SessionWord['state'], Session> = {
    'set-up': 'set-up', 'signed-out': 'out', 'code-needed': 'out', 'open': 'in', 'locked': 'locked', 'new-password': 'new-password',
};

export interface State {
    session: Session;
    who: api.SessionWord | null; // who is signed in
    link: 'connecting' | 'live' | 'polling' | 'lost';
    lastWord: number | null; // browser time of the last answer
    nextTry: number | null; // browser time of the next attempt while lost
    skew: number; // box time minus browser time, ms
    status: api.Status | null;
    studies: Map<number, api.Study> | null;
    refusals: api.Refusal[] | null;
    details: Map<number, api.StudyDetail>;
    missing: Set<number>; // studies that the box says it does not have
    fresh: Map<number, number>; // study id to browser time at which its outcome came
    announcement: string;
    round: number; // grows when the box may have news; pages that read for themselves read anew
    updated: boolean; // the box runs another version than when this page was loaded
}

const kBoardLimit = 200;
const kPollLiveMs = 60_000;
const kPollMs = 5_000;
const kPollHiddenMs = 15_000;
const kRetryMs = 5_000;
const kTickMs = 1_000;
const kSleepGapMs = 20_000; // a tick that late means that the computer slept
const kFlushMs = 250;
const kManyDirty = 8;
const kFreshMs = 4_000;
const kReopenMs = 3_000;
/** Decisions whose call is not /studies/{id}/NAME. */
const kDecisionCalls: Record<string, string> = {
    'confirm-correction': '/corrections/{id}/confirm', 'reject-correction': '/corrections/{id}/reject',
};
const kAwakeMs = 60_000; // how often the box hears that somebody is at the page

type Listener = () => void;

export class Store {
    state: State = {
        session: 'unknown', who: null, link: 'connecting', lastWord: null, nextTry: null, skew: 0, status: null, studies: null,
        refusals: null, details: new Map(), missing: new Set(), fresh: new Map(), announcement: '', round: 0, updated: false,
    };
    private listeners = new Set<Listener>();
    private events: EventSource | null = null;
    private eventsOpen = false;
    private reopenAt = 0;
    private openStudyId: number | null = null;
    private outcomes = new Outcomes();
    private dirty = new Set<number>();
    private dirtyStatus = false;
    private dirtyRefusals = false;
    private flushTimer: ReturnType<typeof setTimeout> | null = null;
    private reading: Promise<void> | null = null;
    private readAgain = false;
    private failures = 0;
    private lastRead = 0;
    private lastTick = Date.now();
    private versions = new Map<string, number>(); // per resource: number of the newest answer that was taken
    private requests = 0;
    private saidAwake = 0;

    subscribe(listener: Listener): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    start(): void {
        setInterval(() => this.tick(), kTickMs);
        addEventListener('online', () => this.wake());
        addEventListener('pageshow', (event) => event.persisted && this.wake());
        for (const sign of ['pointerdown', 'keydown']) addEventListener(sign, () => this.awake());
        document.addEventListener('visibilitychange', () => (document.hidden ? this.rest() : this.wake()));
        void this.readAll();
    }

    /** The box's time now. */
    now(): number {
        return Date.now() + this.state.skew;
    }

    /** What the box says of the session: who is in, or what is to be done first. Another person sees nothing of the one before. */
    async enter(word: api.SessionWord): Promise<void> {
        this.take(word);
        if (!isShut(this.state.session)) await this.readAll();
    }

    private take(word: api.SessionWord): void {
        const session = kSessions[word.state];
        const who = word.full_name ? word : null;
        const another = who?.id !== this.state.who?.id;
        const more = (who?.waiting?.scan_again ?? 0) - (this.state.who?.waiting?.scan_again ?? Infinity);
        if (more > 0) raise('scan_again', t.outcome.scan_again, ''); // the page is locked: of whom is not said
        this.update({
            session, who,
            ...(another || session === 'out' ? { status: null, studies: null, refusals: null, details: new Map() } : {}),
        });
        if (isShut(session)) this.closeEvents();
    }

    async lock(): Promise<void> {
        await this.act(lock);
        await this.guard(async () => this.enter(await readSession()));
    }

    /** What the state of a study allows, the role may not. */
    private mayDecide(decision: string): boolean {
        if (decision === 'say-phantom') return true; // its part of the page is there for all; what is in it asks for itself
        const call = kDecisionCalls[decision] ?? `/studies/{id}/${decision}`;
        return this.state.who?.may?.includes(call) ?? false;
    }

    private awake(): void {
        wake();
        const now = Date.now();
        if (this.state.session !== 'in' || now - this.saidAwake < kAwakeMs) return;
        this.saidAwake = now;
        void this.guard(async () => void (await stayAwake()));
    }

    /** Keeps the detail of one study current while its page is open. */
    openStudy(id: number | null): void {
        this.openStudyId = id;
        if (id !== null && this.state.session === 'in') void this.guard(() => this.readStudy(id));
    }

    /** Does something to a study, then reads what came of it; also after a failure, which may have done a part. */
    async changeStudy(id: number, work: () => Promise<unknown>): Promise<void> {
        try {
            await this.act(work);
        } finally {
            await this.guard(() => this.readStudy(id));
        }
    }

    async acknowledge(id: number, who: string): Promise<void> {
        await this.act(() => api.acknowledge(id, who));
        await this.guard(() => this.readRefusals());
    }

    retry(): void {
        void this.readAll();
    }

    // --- keeping in touch

    private tick(): void {
        const now = Date.now();
        const slept = now - this.lastTick > kSleepGapMs;
        this.lastTick = now;
        if (slept) return this.wake();
        if (isShut(this.state.session) && this.state.link !== 'lost') {
            if (!document.hidden && now - this.lastRead > kPollMs) void this.readAll();
            return;
        }
        if (this.state.link === 'lost') {
            if (this.state.nextTry !== null && now >= this.state.nextTry) void this.readAll();
            else this.notify();
            return;
        }
        if (!this.events && now >= this.reopenAt) this.openEvents();
        const pause = this.eventsOpen ? kPollLiveMs : document.hidden ? kPollHiddenMs : kPollMs;
        if (now - this.lastRead > pause) void this.readAll();
        if (now % 10_000 < kTickMs || this.state.fresh.size > 0) this.expireFresh(now);
    }

    /** After sleep, a lost network or a hidden tab nothing is taken for granted: new stream, everything read anew. */
    private wake(): void {
        this.closeEvents();
        this.reopenAt = 0;
        void this.readAll();
    }

    /** A page that nobody sees gives its stream back: browsers allow only a few connections to one host. */
    private rest(): void {
        this.closeEvents();
        if (this.state.link === 'live') this.update({ link: 'polling' });
    }

    private openEvents(): void {
        if (this.state.session !== 'in' || document.hidden) return;
        const events = new EventSource(api.eventsAddress);
        this.events = events;
        events.onopen = () => {
            this.eventsOpen = true;
            this.update({ link: 'live' });
            void this.readAll(); // whatever happened while no stream was open
        };
        events.onerror = () => {
            if (this.events !== events) return;
            this.closeEvents();
            this.reopenAt = Date.now() + kReopenMs;
            if (this.state.link === 'live') this.update({ link: 'polling' });
            void this.readAll(); // tells "box away" from "stream cut" and from "signed out"
        };
        events.addEventListener('study', (event) => this.mark(() => this.dirty.add(idOf(event))));
        events.addEventListener('refusal', () => this.mark(() => (this.dirtyRefusals = true)));
        events.addEventListener('inbox', () => this.mark(() => (this.dirtyStatus = true)));
        events.addEventListener('status', () => this.mark(() => (this.dirtyStatus = true)));
    }

    private closeEvents(): void {
        this.events?.close();
        this.events = null;
        this.eventsOpen = false;
    }

    private mark(note: () => void): void {
        note();
        this.flushTimer ??= setTimeout(() => {
            this.flushTimer = null;
            void this.guard(() => this.flush());
        }, kFlushMs);
    }

    private async flush(): Promise<void> {
        const ids = [...this.dirty].filter((id) => id >= 0);
        const many = ids.length > kManyDirty || ids.length < this.dirty.size;
        const open = this.openStudyId;
        this.dirty.clear();
        const work: Promise<void>[] = [];
        if (many) work.push(this.readStudies());
        if (many && open !== null) work.push(this.readStudy(open));
        if (!many) work.push(...ids.map((id) => this.readStudy(id)));
        if (this.dirtyRefusals) work.push(this.readRefusals());
        if (this.dirtyStatus || ids.length > 0) work.push(this.readStatus());
        this.dirtyRefusals = false;
        this.dirtyStatus = false;
        await Promise.all(work);
        this.update({ round: this.state.round + 1 });
    }

    /** One reading of everything at a time; a call during one asks for another after it. */
    private readAll(): Promise<void> {
        if (this.reading) {
            this.readAgain = true;
            return this.reading;
        }
        this.lastRead = Date.now();
        this.reading = this.guard(async () => {
            if (this.state.session !== 'in') this.take(await readSession());
            if (this.state.session !== 'in') return;
            await this.readStatus();
            const work = [this.readStudies(), this.readRefusals()];
            if (this.openStudyId !== null) work.push(this.readStudy(this.openStudyId));
            await Promise.all(work);
            this.update({ round: this.state.round + 1 });
        }).then(() => {
            this.reading = null;
            if (!this.readAgain) return undefined;
            this.readAgain = false;
            return this.readAll();
        });
        return this.reading;
    }

    /** Runs a reading and turns its failure into a state of the link. */
    async guard(work: () => Promise<void>): Promise<void> {
        try {
            await work();
            this.reached();
        } catch (error) {
            if (error instanceof api.SignedOut) return this.signedOut();
            if (error instanceof api.Refused && error.status < 500) return;
            this.failed();
        }
    }

    /** Asks the box to change something; a refusal is the caller's to show. */
    async act(work: () => Promise<unknown>): Promise<void> {
        try {
            await work();
        } catch (error) {
            if (error instanceof api.SignedOut) this.signedOut();
            throw error;
        }
    }

    private reached(): void {
        this.failures = 0;
        const wasLost = this.state.link === 'lost';
        this.update({
            lastWord: Date.now(), nextTry: null, link: this.eventsOpen ? 'live' : 'polling',
        });
        if (wasLost) this.closeEvents();
        if (!this.events && (wasLost || Date.now() >= this.reopenAt)) this.openEvents();
    }

    private failed(): void {
        this.failures += 1;
        this.closeEvents();
        // The first failure alone may be a hiccup: one quick second try decides.
        const lost = this.failures > 1;
        this.update({
            link: lost ? 'lost' : this.state.link === 'connecting' ? 'connecting' : 'polling',
            nextTry: lost ? Date.now() + kRetryMs : null,
        });
        if (!lost) setTimeout(() => void this.readAll(), kTickMs);
    }

    /** The box says no to everything: it tells what it waits for. */
    private signedOut(): void {
        this.closeEvents();
        this.update({ session: 'out' });
        void this.guard(async () => this.take(await readSession()));
    }

    // --- taking answers

    /** Takes an answer unless one to a later question about the same thing was taken before it. */
    private async latest<T>(name: string, ask: () => Promise<T>, take: (answer: T) => void): Promise<void> {
        const number = ++this.requests;
        const answer = await ask();
        if ((this.versions.get(name) ?? 0) > number) return;
        this.versions.set(name, number);
        take(answer);
    }

    private readStatus(): Promise<void> {
        return this.latest('status', api.readStatus, (status) => {
            setTimeZone(status.time_zone);
            const before = this.state.status?.version ?? status.version;
            this.update({
                status, skew: status.now - Date.now(), updated: this.state.updated || before !== status.version,
            });
        });
    }

    private readRefusals(): Promise<void> {
        return this.latest('refusals', api.readRefusals, (refusals) => this.update({ refusals }));
    }

    private async readStudies(): Promise<void> {
        const asked = this.requests + 1;
        await this.latest('studies', () => api.readStudies(kBoardLimit), (list) => {
            const studies = new Map<number, api.Study>();
            for (const study of list) {
                const newer = (this.versions.get(`study ${study.id}`) ?? 0) > asked;
                studies.set(study.id, newer ? (this.state.studies?.get(study.id) ?? study) : study);
            }
            this.update({ studies });
            this.notice([...studies.values()]);
        });
    }

    private async readStudy(id: number): Promise<void> {
        const name = `study ${id}`;
        try {
            await this.latest(name, () => api.readStudy(id), (answer) => {
                const detail = { ...answer, allowed: answer.allowed.filter((decision) => this.mayDecide(decision)) };
                const details = new Map(this.state.details);
                if (id === this.openStudyId) details.set(id, detail);
                const missing = new Set(this.state.missing);
                missing.delete(id);
                const studies = this.state.studies && new Map(this.state.studies).set(id, detail);
                this.update({ details, studies, missing });
                if (studies) this.notice([detail]);
            });
        } catch (error) {
            if (!(error instanceof api.Refused && error.status === 404)) throw error;
            const studies = this.state.studies && new Map(this.state.studies);
            studies?.delete(id);
            this.update({ studies, missing: new Set(this.state.missing).add(id) });
        }
    }

    /** Outcomes that are new since this page was opened are announced once and shown as just arrived. */
    private notice(studies: api.Study[]): void {
        const said = this.outcomes.take(studies);
        if (said.length === 0) return;
        const fresh = new Map(this.state.fresh);
        for (const { study } of said) {
            fresh.set(study.id, Date.now());
            raise(study.card, t.outcome[study.card], [study.subject, study.visit_label, study.modality].filter(Boolean).join(' · '));
        }
        this.update({ fresh, announcement: said.map(({ sentence }) => sentence).join(' ') });
    }

    private expireFresh(now: number): void {
        const fresh = new Map([...this.state.fresh].filter(([, at]) => now - at < kFreshMs));
        // Emptied, so that the same sentence said again later is a change that screen readers speak.
        this.update({ fresh, announcement: fresh.size > 0 ? this.state.announcement : '' });
    }

    private update(change: Partial<State>): void {
        this.state = { ...this.state, ...change };
        this.notify();
    }

    private notify(): void {
        for (const listener of this.listeners) listener();
    }
}

/** The id in an event's data, or -1 when there is none: then the whole board is read. */
function idOf(event: Event): number {
    try {
        const id = (JSON.parse((event as MessageEvent<string>).data) as { id?: unknown }).id;
        return typeof id === 'number' ? id : -1;
    } catch {
        return -1;
    }
}

export const store = new Store();
