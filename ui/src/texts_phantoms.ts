// The words for phantoms and the qualification of scanners by them.

import { count, fieldWords, numbers } from './count';

const kVerdicts: Record<string, string> = {
    pass: 'Within limits', warn: 'Near a limit', fail: 'Beyond a limit', review: 'A person has to look', no_limit: 'No limit',
};

const kFields: Record<string, string> = {
    activity_mbq: 'Activity, MBq', assay_time: 'Measured at (YYYYMMDDHHMM)', residual_mbq: 'Left in the syringe, MBq',
    residual_time: 'Left measured at (YYYYMMDDHHMM)', volume_ml: 'Volume, ml', clock_skew_s: 'Scanner clock ahead of calibrator, s',
};

export const phantomsEnglish = {
    phantoms: {
        title: 'Phantoms',
        passed: (on: string) => `Last passed on ${on}.`,
        scanned: 'Scanned on',
        phantom: 'Phantom',
        result: 'Result',
        signed: 'Signed by',
        what: 'What',
        value: 'Value',
        allowed: 'Allowed',
        verdict: (verdict: string) => kVerdicts[verdict] ?? verdict,
        number: numbers('en-GB'),
        between: (low: string, high: string, unit: string) => `${low} to ${high} ${unit}`.trim(),
        atLeast: (low: string, unit: string) => `at least ${low} ${unit}`.trim(),
        atMost: (high: string, unit: string) => `at most ${high} ${unit}`.trim(),
        others: (n: number) => count(n, 'value without a limit', 'values without limits'),
        series: (number: number) => `Series ${number}`,
        trends: (label: string) => `Trends of the ${label}`,
        plotOf: (name: string, n: number) => `${name} over ${count(n, 'scan', 'scans')}`,
        noPlot: 'The plot could not be loaded. Reload the page.',
        read: (label: string, unit: string) => (unit ? `${label}, ${unit}` : label),
        readHint: 'Look at the pictures below and write what you read. The number there is only suggested.',
        readBy: (who: string) => `read by ${who}`,
        needNumber: 'Write a number.',
        field: (name: string) => fieldWords(name, kFields, 'Spheres: ', 'Background: '),
        filling: 'How it was filled…',
        measureAgain: 'Measure again with this',
        measuredAgain: 'Kept. The scan is measured again.',
        confirm: 'Confirm this reading',
        confirmed: (label: string) => `${label}: your reading is kept.`,
        confirmFirst: 'Confirm the readings above, then the statement can be signed.',
        sign: 'Sign the statement',
        signedNote: 'The statement is signed.',
        signedBy: (who: string) => `Signed by ${who}.`,
        print: 'Statement to print',
        isPatient: 'This is a patient…',
        patientLead: 'It is judged and sent like any patient\'s scan. Say so only if you know it.',
        phantomLead: 'It goes to the ledger of phantoms, and is never sent as a patient\'s scan.',
        sayPatient: 'It is a patient',
        sayPhantom: 'It is a phantom',
        said: (is: string) => (is === 'patient' ? 'Noted: a patient. It is judged now.' : 'Noted: a phantom.'),
        why: 'How you know',
    },
};
