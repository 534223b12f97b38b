// What a computer at the site does by itself: alarms; and what the page tells site IT of the box.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, launch, picture } from './browser.mjs';
import { busyDay } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';
import { signedIn } from './fixture/server.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

describe('the machine', () => {
    it('is told to site IT: days of disk, certificates, nodes with an echo, and the log', () => withPage({
        at: '#/system', prepare: (fixture) => { fixture.session = signedIn('open', 'site-it'); }, expectedComplaints: /409/,
    }, async (page, fixture) => {
        await page.getByText('the disk is full in 41 days').waitFor();
        await page.getByText('The certificate of trial onc-demo ends on').waitFor();
        await page.getByText('It is renewed by itself.').waitFor();
        await page.getByRole('cell', { name: '118, of them 2 broken off' }).waitFor();
        await page.getByLabel('AE title').fill('CT2');
        await page.getByLabel('Address').fill('10.1.2.9');
        await page.getByRole('button', { name: 'Send an echo' }).click();
        await page.getByText('It answers: 12 ms.').waitFor();
        assert.deepEqual(fixture.actions.at(-1), { path: '/system/echo', body: { ae_title: 'CT2', host: '10.1.2.9', port: '104' } });
        await page.getByLabel('Port').fill('11112');
        await page.getByRole('button', { name: 'Send an echo' }).click();
        await page.getByText('Nobody answers there.').waitFor();
        await page.getByText('Log', { exact: true }).click();
        await page.getByText('upload.interrupted').waitFor();
        await page.getByLabel('Warnings and errors only').check();
        await eventually(async () => !(await page.locator('pre.log').innerText()).includes('ready'));
        await picture(page, 'system-it', { fullPage: true });
        assert.deepEqual(await faults(page), []);
    }));
});

describe('an alarm', () => {
    /** Keeps what the page would sound and show. */
    const listen = (page) => page.evaluate(() => {
        window.heard = [];
        window.shown = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function begin(...args) { window.heard.push(this.frequency.value); return start.apply(this, args); };
        window.Notification = class {
            static permission = 'default';
            static async requestPermission() { window.Notification.permission = 'granted'; return 'granted'; }
            constructor(title, options) { window.shown.push(`${title}: ${options.body}`); }
        };
    });

    it('is sounded and shown once for a new red outcome, without a name of a patient', () => withPage({}, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        await listen(page);
        await page.getByLabel('sound an alarm on this computer').check();
        await page.getByLabel('show a notification on this computer').check();
        assert.equal(await page.evaluate(() => window.heard.length), 2, 'a sample');
        const study = fixture.study(3);
        const before = { card: 'may_leave', verdict_number: study.verdict_number };
        fixture.change(3, { ...before, card: 'scan_again', verdict_number: before.verdict_number + 1, headline: 'Slices are 7.5 mm.' });
        await eventually(async () => (await page.evaluate(() => window.shown.length)) === 1);
        assert.equal(await page.evaluate(() => window.heard.length), 5);
        const [shown] = await page.evaluate(() => window.shown);
        assert.match(shown, new RegExp(`^Scan again: ${study.subject}`));
        assert.ok(!study.patient_label || !shown.includes(study.patient_label.split('^')[0]));
        fixture.change(3, { card: 'may_leave', verdict_number: before.verdict_number + 2 });
        await page.getByText('Patient may leave').first().waitFor();
        assert.equal(await page.evaluate(() => window.shown.length), 1, 'good news makes no noise');
        await page.reload();
        assert.equal(await page.getByLabel('sound an alarm on this computer').isChecked(), true);
    }));
});
