// The words for what the imaging manual asks: questions, checklist, places of series, waivers, visits, scanners.

import { count } from './count';

export const protocolEnglish = {
    questions: {
        title: 'Questions',
        asked: (n: number) => `Please answer ${n === 1 ? 'this' : `these ${n}`} before it can be sent`,
        askedWhy: 'The images do not say it, and the sponsor needs it.',
        lead: 'Answer what you know. Your name goes on record.',
        who: 'Your name',
        unit: 'Unit',
        unitOf: (ask: string) => `Unit of: ${ask}`,
        yes: 'Yes',
        no: 'No',
        timeHint: '24 hours, as 14:30',
        textHint: 'No patient names here.',
        optional: 'May stay empty.',
        save: (n: number) => (n === 1 ? 'Save the answer' : 'Save the answers'),
        saved: (n: number) => `${count(n, 'answer', 'answers')} saved. The study is checked again.`,
        by: (who: string) => `answered by ${who}`,
        notAnswered: 'not answered',
        change: 'Change…',
        changeOf: (ask: string) => `Change… the answer to: ${ask}`,
        needAnswer: 'Please answer at least one question.',
        needNumber: (ask: string) => `Please enter a number for “${ask}”, such as 5.4.`,
        needTime: (ask: string) => `Please enter a time for “${ask}”, such as 14:30.`,
        goTo: 'Answer the question',
    },

    checklist: {
        title: 'Checklist of this visit',
        here: (n: number, of: number) => `${n} of ${of} here`,
        allHere: (n: number) => (n === 1 ? 'It is here' : `All ${n} here`),
        state: {
            present: 'here',
            missing: 'has not arrived',
            unsure: 'not sure which series it is',
            not_needed: 'not needed at this visit',
        } as Record<string, string>,
        partly: (received: number, needed: number) => `${received} of ${needed} have arrived`,
        serves: (endpoints: string) => `For: ${endpoints}`,
        notNeeded: (n: number) => `${n} not needed at this visit`,
        none: 'No subject and visit yet, so no checklist.',
    },

    series: {
        title: 'Series that came',
        none: 'No series yet.',
        placedBy: {
            pack: 'placed by the imaging manual',
            person: 'placed by a person',
            memory: 'placed as remembered for this scanner',
        } as Record<string, string>,
        notOnList: 'Not on the checklist',
        waits: 'Waits for you: which series is this?',
        repeat: 'repeat; kept, not judged',
    },

    place: {
        title: (n: number) => (n === 1 ? 'Which series is this?' : `Which series are these ${n}?`),
        lead: 'The imaging manual cannot tell. Enter your name, then press what it is.',
        thumbnail: (series: string) => `The middle image of ${series}`,
        choices: (series: string) => `What ${series} is`,
        none: 'None of these',
        off: 'Not on the checklist',
        other: 'Something else',
        it: 'It is',
        choose: 'Choose …',
        use: 'This one',
        remember: 'Remember for this scanner and protocol',
        who: 'Your name',
        needSlot: 'Please choose what it is.',
        change: 'Change…',
        changeOf: (series: string) => `Change… what ${series} is`,
        done: (series: string, label: string) =>
            `${series || 'The series'}: ${label || 'not on the checklist'}. The study is checked again.`,
    },

    findings: {
        cannotTell: (n: number) => `Cannot tell: ${n}`,
        cannotTellWhy: 'The images do not say. That is neither good nor bad.',
        picture: (label: string) => `Where it is: ${label}`,
        largePicture: 'Open the picture',
        waivedUnder: (deviation: string) => `waived under ${deviation}`,
    },

    waive: {
        open: 'Waive…',
        openOf: (label: string) => `Waive… ${label}`,
        lead: 'Only with the number of a deviation that the sponsor agreed to. It goes on record with your name.',
        deviation: 'Deviation number',
        deviationHint: 'For example D-017.',
        span: 'Counts for',
        study: 'this study',
        subject: 'this subject',
        until: 'Until',
        untilHint: 'The last day it counts. May stay empty.',
        who: 'Your name',
        submit: 'Waive this check',
        needDeviation: 'Please enter the number of the deviation.',
        done: (label: string, deviation: string) => `${label} is waived under ${deviation}. The study is checked again.`,
    },
};
