// Every word of the page, in English; languages/ has the others. `t` is the catalogue in use. What the box says of a study
// (headline, advice, findings) comes from the box and is not here.

import { count } from './count';
import { centralEnglish } from './texts_central';
import { machineEnglish } from './texts_machine';
import { peopleEnglish } from './texts_people';
import { phantomsEnglish } from './texts_phantoms';
import { protocolEnglish } from './texts_protocol';
import { uploadsEnglish } from './texts_uploads';

const english = {
    ...protocolEnglish,
    ...centralEnglish,
    ...uploadsEnglish,
    ...phantomsEnglish,
    ...peopleEnglish,
    ...machineEnglish,
    locale: 'en-GB',
    product: 'Gantry',
    site: (site: string) => `Site ${site}`,
    skip: 'Skip to the content',
    title: (page: string, site: string) => (site ? `${page} · Gantry ${site}` : `${page} · Gantry`),
    loading: 'Asking the box …',
    language: 'Language',

    nav: { label: 'Pages', today: 'Today', visits: 'Visits', uploads: 'Uploads', scanners: 'Scanners', central: 'Central team', refused: 'Not taken', system: 'System', help: 'Keyboard shortcuts' },

    outcome: {
        arriving: 'Arriving',
        may_leave: 'Patient may leave',
        scan_again: 'Scan again',
        needs_you: 'Needs you',
        not_judged: 'Not judged',
        phantom: 'Phantom',
    },

    time: {
        now: 'just now',
        seconds: (n: number) => `${n} s ago`,
        minutes: (n: number) => `${n} min ago`,
        hours: (n: number) => `${n} h ago`,
        few: 'a few seconds',
        spanSeconds: (n: number) => `${n} s`,
        spanMinutes: (n: number) => `${n} min`,
        spanHours: (n: number) => `${n} h`,
        arrived: (ago: string) => `arrived ${ago}`,
        last: (ago: string) => `last image ${ago}`,
    },

    board: {
        title: 'Today',
        needs: 'Needs you now',
        needsNothing: 'Nothing needs you now.',
        arriving: 'Arriving',
        done: 'Done today',
        earlier: (n: number) => `Done earlier (${n})`,
        open: 'Open',
        openStudy: (name: string) => `Open ${name}`,
        assign: 'Say whose scan it is…',
        deviation: 'Send with a deviation…',
        deviated: (headline: string) => (headline ? `Sent with this deviation: ${headline}` : 'Sent with its deviation.'),
        emptyTitle: 'No scans yet today.',
        emptyHow: (nodes: string, address: string) => `Send from the scanner to node ${nodes} at ${address}.`,
        emptyThen: 'The scan appears here by itself, with its outcome seconds after the last image.',
        refusedTitle: (n: number) =>
            n === 1 ? 'Something a scanner sent was not taken.' : `${n} things that scanners sent were not taken as they came.`,
        refusedAdvice: 'Look what is missing before the patient leaves.',
        refusedOpen: 'Look at them',
    },

    study: {
        unknownSubject: 'No subject yet',
        imagesSoFar: (n: number) => `${count(n, 'image', 'images')} so far`,
        images: (n: number) => count(n, 'image', 'images'),
        series: (n: number) => count(n, 'series', 'series'),
        from: (source: string) => `from ${source}`,
        back: 'Today',
        gone: 'This study is not here any more.',
        goneWhy: 'It was removed after its retention time, or the address is wrong.',
        again: (n: number) => `Judged ${n} times; this is the latest.`,
        doThis: 'Do this',
        waits: 'Waits',
        findings: 'What was checked',
        findingsEmpty: 'Nothing was checked yet.',
        passes: (n: number) => `${count(n, 'check', 'checks')} passed`,
        notApplicable: (n: number) => `${count(n, 'check does', 'checks do')} not apply`,
        expected: 'Expected',
        found: 'Found',
        why: 'Why',
        timeline: 'What happened',
        timelineEmpty: 'Nothing yet.',
        by: (who: string) => `by ${who}`,
        reason: (why: string) => `“${why}”`,
        parcels: 'Sent to the sponsor',
        parcelsEmpty: 'Nothing was sent yet.',
        parcelCancelled: 'Cancelled before it was sent.',
        parcelWithdrawn: 'Withdrawn: it was sent under the wrong subject or visit.',
        parcelTells: 'Tells the sponsor to withdraw what was sent before.',
        parcelVerdict: 'The new verdict, without images.',
        receipt: (short: string) => `receipt ${short}`,
        technical: 'Technical details',
        scannerSays: 'What the scanner says',
        fields: {
            patient: 'Name',
            description: 'Description',
            date: 'Study date',
            accession: 'Accession number',
            source: 'Scanner',
            subject: 'Subject',
            visit: 'Visit',
            trial: 'Trial',
            pack: 'Imaging manual',
            studyUid: 'Study UID',
            seriesUid: 'Series UID',
            rule: 'Rule',
            state: 'State',
            number: 'Number here',
            parcel: 'Parcel',
            receipt: 'Receipt',
            instanceUid: 'Image UID',
            address: 'Address',
            reason: 'Reason',
        },
        copy: 'Copy',
        copyOf: (what: string) => `Copy ${what}`,
        copied: 'Copied',
        copyByHand: 'Selected; copy with Ctrl+C',
        none: '—',
    },

    pixels: {
        title: 'Text in the images',
        none: 'No image of this study was looked at for text.',
        outcome: (outcome: string, n: number) => ({
            clean: 'No text about the patient was found.',
            blanked: `${count(n, 'place was', 'places were')} blanked.`,
            doubtful: 'It is not clear where this image shows text.',
        })[outcome] ?? 'This image could not be looked at.',
        said: (n: number) => (n === 0 ? 'No text, said' : `${count(n, 'box', 'boxes')} drawn`),
        show: 'Show where',
        image: 'The image',
        lead: 'Draw a box over each text about the patient: names, numbers, dates. The boxes are blanked in all frames. '
            + 'By keyboard: add a box, go to it with Tab, move it with the arrow keys, size it with Shift and the arrow keys.',
        add: 'Add a box',
        remove: 'Remove the last box',
        box: (n: number) => `Box ${n}`,
        submit: (n: number) => `Blank ${count(n, 'box', 'boxes')}`,
        submitNone: 'There is no such text',
        done: (n: number) => (n === 0 ? 'Noted: no text.' : 'Noted. The boxes are blanked before anything is sent.'),
    },

    left: {
        title: 'What left, what did not',
        nothingYet: 'Nothing was made to leave yet.',
        ruleByRule: 'Rule by rule',
        done: (name: string, n: number) => `${count(n, 'value', 'values')} ${kDone[name] ?? name}`,
        places: (name: string, n: number) => `${count(n, 'place', 'places')}: ${kDone[name] ?? name}`,
        withheld: (n: number) => `${count(n, 'object stays', 'objects stay')} here: it cannot be made safe.`,
        digest: 'Digest of this report',
    },

    result: {
        pass: 'passed',
        fail: 'not as asked',
        cannot_tell: 'cannot tell',
        not_applicable: 'does not apply',
        waived: 'waived',
    },

    repair: {
        resend: 'Send again; no new scan',
        reconstruct: 'Reconstruct; no new exposure',
        reacquire: 'Scan again; the patient is needed',
        enter: 'Type in what is missing',
    },

    upload: {
        preparing: 'Being prepared for the sponsor',
        label: (name: string) => `Upload of ${name}`,
        progress: (percent: number) => `sent ${percent} %`,
        left: (span: string) => `${span} left`,
        of: (sent: string, total: string) => `${sent} of ${total}`,
        delivered: 'At the sponsor; waits for their receipt',
        confirmed: (at: string) => `Confirmed by the sponsor ${at}`,
        confirmedPlain: 'Confirmed by the sponsor',
        purged: 'Confirmed by the sponsor; cleared from here',
        waiting: 'Waits its turn',
        waits: (reason: string) => `Waits: ${reason}`,
    },

    assign: {
        title: 'Whose scan is it?',
        subject: 'Subject',
        visit: 'Visit',
        choose: 'Choose …',
        likely: 'Likely visits',
        others: 'Other visits',
        compare: 'Compare with the wristband and the request before you choose.',
        consequence: (subject: string, visit: string) =>
            `The scan will be filed as subject ${subject}, ${visit}, and checked again. Your name goes on record.`,
        notListed: 'Not in the list? Ask the study coordinator to enrol the subject.',
        noSubjects: 'No subjects are known yet. Ask the study coordinator.',
        submit: 'File under this subject',
        open: 'Say whose scan it is…',
        change: 'Change the subject…',
        done: (subject: string) => `Filed under ${subject}. It is being checked.`,
    },

    correct: {
        title: 'Correct whose scan it is',
        lead: 'What was sent under the wrong subject is withdrawn at the sponsor and sent again under the right one. A second person must confirm it. Both names and the reason go on record.',
        subject: 'It really is',
        nobody: 'no subject of the trial',
        sameVisit: 'As before',
        scope: 'What was wrong',
        scopeHint: 'The whole patient: the link and the other studies move too.',
        patient: 'The whole patient',
        study: 'This study alone',
        whyHint: 'For example: the wrong line in the list. No patient names here.',
        submit: 'Propose this',
        open: 'Correct whose scan it is…',
        proposed: 'Proposed. Another person confirms it here.',
        waits: 'A correction waits for a second person',
        change: (from: string, to: string) => `From ${from} to ${to}.`,
        patientToo: 'The patient’s other studies move too.',
        studyAlone: 'Only this study changes.',
        by: (who: string, why: string) => `Proposed by ${who}: ${why}`,
        second: 'Compare with the request and the wristband. Whoever proposed it cannot confirm it.',
        decision: 'Your decision',
        confirm: 'Confirm the correction',
        reject: 'Reject it',
        confirmed: 'Corrected. What was sent is withdrawn; the scan is being checked again.',
        rejected: 'Rejected. Everything stays as it was.',
    },

    release: {
        title: 'Send with this deviation',
        sees: 'The sponsor will see',
        seesOne: (label: string, found: string, expected: string) =>
            expected ? `${label}: ${found} (expected ${expected})` : `${label}: ${found}`,
        seesYou: 'your name and your reason, word for word',
        final: 'The scan leaves as it is and cannot be called back.',
        instead: 'If it can still be repaired, that is better:',
        why: 'Reason',
        whyHint: 'For example: patient could not hold still, left before reconstruction. No patient names here.',
        submit: 'Send with this deviation',
        open: 'Send with this deviation…',
        done: 'It goes to the sponsor now, with this deviation and your reason.',
    },

    again: {
        title: 'Check this study again',
        lead: 'It is judged anew from the images that are here. Nothing is sent by that alone. Your name and reason go on record.',
        why: 'Reason',
        whyHint: 'For example: the cause is put right. No patient names here.',
        submit: 'Check again',
        open: 'Check again…',
        done: 'It is being checked again.',
    },

    form: {
        cancel: 'Not now',
        needReason: 'Please enter a reason.',
        needSubject: 'Please choose a subject.',
        needVisit: 'Please choose a visit.',
        working: 'One moment …',
        failed: 'That was not accepted.',
        lost: 'The box did not answer. Nothing was changed, as far as this page knows; look again before you repeat it.',
        details: 'Technical details',
    },

    refusals: {
        title: 'Not taken as sent',
        lead: 'Everything a scanner sent that is not simply in: refused, broken off, sent twice, in conflict, or not safe to send.',
        none: 'Everything that scanners sent was taken.',
        noneWhy: 'If something is refused, broken off or sent twice, it is listed here with what to do.',
        open: (n: number) => `To look at (${n})`,
        noneOpen: 'Nothing here waits for a look.',
        seen: (n: number) => `Seen, or nothing to do (${n})`,
        kind: {
            refused: 'Not taken',
            duplicate: 'Had it already',
            conflict: 'Conflict',
            rejected_association: 'Sender not let in',
            aborted: 'Broken off',
            withheld: 'Stays here',
        } as Record<string, string>,
        times: (n: number) => `${n} times`,
        acknowledge: 'Mark as seen',
        acknowledgeOf: (what: string) => `Mark as seen: ${what}`,
        seenBy: (who: string) => `seen by ${who}`,
        toStudy: 'Open its study',
        from: (sender: string, address: string) => (address ? `from ${sender} (${address})` : `from ${sender}`),
    },

    system: {
        title: 'System',
        lead: 'How the box is doing.',
        allWell: 'all well',
        problems: (n: number) => count(n, 'thing needs attention', 'things need attention'),
        uploads: (n: number) => count(n, 'upload', 'uploads'),
        doneIn: (span: string) => `done in ~${span}`,
        wait: (n: number) => `${n} waiting`,
        noUploads: 'Nothing waits to be sent.',
        sending: (n: number, left: string) => `${count(n, 'upload', 'uploads')} on the way; ${left} to go.`,
        waiting: (n: number, left: string) => `${count(n, 'upload waits', 'uploads wait')}; ${left} to go.`,
        disk: (free: string, reserve: string) =>
            `${free} of disk are free. Scans are refused, not lost, once only ${reserve} are left.`,
        diskLow: (free: string) => `Only ${free} of disk are free: scans are refused until there is room.`,
        node: (nodes: string, address: string) => `Scanners send to node ${nodes} at ${address}.`,
        manual: (title: string, version: string) => `Imaging manual in force: ${title}, version ${version}.`,
        subjects: (n: number) => `${count(n, 'subject', 'subjects')} enrolled here.`,
        version: (version: string) => `Gantry ${version}.`,
        reached: (clock: string) => `This page follows the box live; last word from it at ${clock}.`,
        polled: (clock: string) => `This page asks the box every few seconds; last word from it at ${clock}.`,
        next: 'Do this',
        checking: 'asking …',
        lost: 'out of touch',
    },

    lost: {
        title: (clock: string) => `This page lost touch with the box at ${clock}.`,
        titleNever: 'This page cannot reach the box.',
        meaning: 'What you see may be out of date. Scanners may still be sending; nothing that was taken is lost.',
        advice: 'Look whether the box is on and this computer is on the hospital network. If it lasts, call site IT.',
        next: (seconds: number) => (seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again …'),
        retry: 'Try now',
    },

    announce: (outcome: string, name: string, headline: string) => `${outcome}. ${name}. ${headline}`,

    help: {
        title: 'Keyboard shortcuts',
        rows: [
            ['t', 'Today'],
            ['v', 'Visits'],
            ['u', 'Uploads'],
            ['c', 'Scanners'],
            ['q', 'Central team'],
            ['n', 'Not taken'],
            ['s', 'System'],
            ['j', 'Next study'],
            ['k', 'Previous study'],
            ['Enter', 'Open the study'],
            ['Esc', 'Close the form, or back to Today'],
            ['?', 'This list'],
        ] as [string, string][],
        off: 'Single keys as shortcuts',
        close: 'Close',
    },

    mishap: {
        title: 'This page could not be shown.',
        meaning: 'The fault is in the page, not in your scans. Load it again; if it comes back, call site IT.',
        reload: 'Load again',
    },

    updated: { title: 'Gantry was updated.', reload: 'Load the new page' },

    notFound: { title: 'There is no such page.', back: 'Go to Today' },
};

export type Texts = typeof english;

/** A catalogue of another language: what it leaves out is said in English. */
export type Translation = Part<Texts>;
type Part<T> = T extends (...args: infer A) => string ? (...args: A) => string
    : T extends string | unknown[] ? T : { [K in keyof T]?: Part<T[K]> };

const kDone: Record<string, string> = {
    'kept': 'kept',
    'removed': 'removed',
    'emptied': 'emptied',
    'replaced': 'replaced by a neutral value',
    'uid-mapped': 'replaced by a new UID',
    'date-shifted': 'moved to another date',
    'trial-value': 'replaced by the trial’s own',
    'cleaned': 'cleaned',
};

/** The words in use. Another language replaces them: read them where they are shown, never into a constant. */
export let t: Texts = english;

export function speak(catalogue: Translation): void {
    t = over(english, catalogue) as Texts;
}

function over(below: unknown, above: unknown): unknown {
    if (above === undefined) return below;
    if (!isTree(below) || !isTree(above)) return above;
    return Object.fromEntries(Object.keys(below).map((key) => [key, over(below[key], above[key])]));
}

const isTree = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
