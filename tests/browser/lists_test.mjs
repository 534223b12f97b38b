// Component tests of the pages Visits and Scanners.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, launch, picture } from './browser.mjs';
import { busyDay, firstDay } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';
import { conform, conformDetail, conformScanners, conformStatus, conformVisits, kPlacement, kRefusal } from './shapes.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

it('the invented box keeps to the shapes of the real one', () => {
    const box = busyDay();
    conformStatus(box.status);
    for (const study of box.studies) conformDetail(study);
    for (const refusal of box.refusals) conform(refusal, kRefusal, 'refusal');
    conformVisits(box.visits);
    conformScanners(box.scanners);
    for (const placement of box.placements) conform(placement, kPlacement, 'placement');
});

describe('visits', () => {
    const cell = (page, subject, column) => page.getByRole('row', { name: subject }).locator('th, td').nth(column);

    it('shows what is expected against what is here, each repeat in a column', () => withPage({}, async (page) => {
        await page.getByRole('link', { name: 'Visits' }).click();
        await page.getByText('2 due now, 1 missed.').waitFor();
        assert.equal(await page.title(), '(7) Visits · Gantry 0417');
        assert.deepEqual(await page.getByRole('columnheader').allInnerTexts(), ['Subject', 'Baseline', 'Week 8', 'Follow-up 1', 'Follow-up 2']);
        assert.match(await cell(page, '0417-001', 1).innerText(), /Received\s+Scan of 10 Jan 2026\s+sent/);
        assert.match(await cell(page, '0417-001', 2).innerText(), /Missed\s+1 Mar 2026 to 14 Mar 2026/);
        assert.match(await cell(page, '0417-001', 3).innerText(), /Scan of 2 Apr 2026\s+not as asked · sent\s+Scan 3\s+sent/);
        assert.match(await cell(page, '0417-001', 4).innerText(), /Due now\s+1 Jul 2026 to 31 Jul 2026/);
        assert.match(await cell(page, '0417-009', 2).innerText(), /Due now[^]*cannot tell · not sent yet/);
        assert.match(await cell(page, '0417-009', 3).innerText(), /Later/);
        assert.equal(await cell(page, '0417-009', 4).innerText(), '—');
        assert.equal(await cell(page, '0417-015', 1).innerText(), 'No date yet');
        assert.match(await cell(page, '0417-015', 0).innerText(), /Left the trial on 2 Nov 2026/);
        assert.match(await cell(page, '0417-015', 2).innerText(), /Not expected/);
        await picture(page, 'visits');
        await page.getByRole('link', { name: 'Scan of 23 Nov 2026, 0417-009, Week 8' }).click();
        await page.waitForURL(/#\/study\/18$/);
    }));

    it('follows the box, and asks for the trial where there are two', () => withPage({
        at: '#/visits',
        prepare: (fixture) => fixture.box.status.trials.push({ id: 'other', title: 'Other trial', pack_version: '1', subjects: [], visits: [] }),
    }, async (page, fixture) => {
        await page.getByText('1 missed.').waitFor();
        await eventually(() => fixture.streams.size === 1);
        fixture.box.visits = fixture.box.visits.slice(1);
        fixture.emit('study', { id: 1 });
        await page.getByText('1 due now, 0 missed.').waitFor();
        fixture.box.visits = [];
        await page.getByLabel('Trial').selectOption('Other trial');
        await page.getByText('No subjects are known yet.').waitFor();
    }));

    it('says when the box does not have it', () => withPage({
        at: '#/visits', expectedComplaints: /404/, prepare: (fixture) => { fixture.lists = false; },
    }, async (page) => {
        await page.getByText('There is no such trial.').waitFor();
    }));
});

describe('scanners', () => {
    const block = (page, label) => page.locator('.scanner', { has: page.getByRole('heading', { name: label }) });

    it('says which are qualified, and what changed since', () => withPage({}, async (page) => {
        await page.locator('nav').getByRole('link', { name: 'Scanners' }).click();
        await page.getByRole('heading', { name: 'Scanners', level: 1 }).waitFor();
        const ge = await block(page, 'GE Revolution').innerText();
        assert.match(ge, /RECIST 1.1 CT chest\/abdomen\/pelvis · first seen/);
        assert.match(ge, /Qualified by C. Physicist on 2 Jan 2026/);
        assert.match(ge, /Changed since it was qualified: software versions\./);
        assert.match(ge, /software versions\s+v2\s+v1/);
        assert.match(ge, /Phantom scans passed: ct-water on 1 Jan 2026/);
        await block(page, 'GE Revolution').getByText('1 change', { exact: true }).click();
        await block(page, 'GE Revolution').getByText('software versions: v1, then v2').waitFor();
        assert.match(await block(page, 'SIEMENS Biograph').innerText(), /Nobody has said whether it is qualified/);
        assert.doesNotMatch(await block(page, 'SIEMENS Biograph').innerText(), /Changed since/);
        assert.match(await block(page, 'Philips Ingenia').innerText(), /Not qualified by C. Physicist on 1 Nov 2026/);
        assert.equal(await block(page, 'Philips Ingenia').getByRole('button', { name: /^Not qualified/ }).count(), 0);
        await picture(page, 'scanners', { fullPage: true });
    }));

    it('takes that one is qualified, with the reconstruction that a study shows', () => withPage({ at: '#/scanners' }, async (page, fixture) => {
        await page.getByRole('button', { name: 'Qualify… SIEMENS Biograph' }).click();
        const form = block(page, 'SIEMENS Biograph').locator('.unfolded');
        const submit = form.getByRole('button', { name: 'Qualify this scanner' });
        await submit.click();
        await form.getByText('Please enter a reason.').waitFor();
        await form.getByLabel('Reason').fill('Certificate of the core lab');
        await form.getByText('A reconstruction is qualified as well').click();
        await form.getByLabel('Study that shows it').selectOption({ label: '18: 0417-009 · Week 8 · MR' });
        await submit.click();
        await form.getByText('Please choose the series of the study.').waitFor();
        await form.getByLabel('Series').selectOption('T2 FLAIR');
        await form.getByLabel('Standard').fill('EARL1');
        await picture(page, 'qualify');
        await submit.click();
        await page.getByText('SIEMENS Biograph is qualified.').waitFor();
        await block(page, 'SIEMENS Biograph').getByText('by A. Smith on 23 Nov 2026 · standard EARL1').waitFor();
        assert.deepEqual(fixture.actions, [{ path: '/scanners/4/qualify', body: {
            qualified: 'yes', who: 'A. Smith', why: 'Certificate of the core lab', study: '18', slot: 't2_flair', standard: 'EARL1',
        } }]);
    }));

    it('takes that one is not qualified, and that a phantom passed', () => withPage({ at: '#/scanners' }, async (page, fixture) => {
        await page.getByRole('button', { name: 'Not qualified… GE Revolution' }).click();
        const form = block(page, 'GE Revolution').locator('.unfolded');
        await form.getByLabel('Reason').fill('Tube was replaced');
        await form.getByRole('button', { name: 'Say it is not qualified' }).click();
        await page.getByText('GE Revolution is not qualified.').waitFor();
        await page.getByRole('button', { name: 'Phantom passed… GE Revolution' }).click();
        await form.getByRole('button', { name: 'Save' }).click();
        await form.getByText('Please enter which phantom. Please enter the day.').waitFor();
        await form.getByLabel('Phantom').fill('ct-uniform');
        await form.getByLabel('Passed on').fill('2026-11-20');
        await form.getByRole('button', { name: 'Save' }).click();
        await block(page, 'GE Revolution').getByText('ct-uniform on 20 Nov 2026').waitFor();
        assert.deepEqual(fixture.actions, [
            { path: '/scanners/3/qualify', body: { qualified: 'no', who: 'A. Smith', why: 'Tube was replaced' } },
            { path: '/scanners/3/phantom', body: { phantom: 'ct-uniform', passed_on: '20261120', who: 'A. Smith' } },
        ]);
    }));

    it('forgets a remembered choice by name', () => withPage({ at: '#/scanners' }, async (page, fixture) => {
        const row = page.locator('.placement', { hasText: 'GE | Revolution | CAP' });
        assert.match(await row.innerText(), /is Chest\/abdomen\/pelvis[^]*A. Smith/);
        assert.match(await page.locator('.placement', { hasText: 'Skyra' }).innerText(), /is not on the checklist/);
        await row.getByRole('button', { name: 'Forget' }).click();
        await page.getByText('Forgotten. A person is asked the next time.').waitFor();
        await row.waitFor({ state: 'detached' });
        assert.deepEqual(fixture.actions, [{ path: '/placements/2/forget', body: { who: 'A. Smith' } }]);
    }));

    it('teaches where none has sent anything', () => withPage({ at: '#/scanners', box: firstDay() }, async (page) => {
        await page.getByText('No scanner has sent anything yet.').waitFor();
        await page.getByText('Nothing is remembered.').waitFor();
    }));
});

const kPlaces = [['visits', '#/visits', '.visits'], ['scanners', '#/scanners', '.placement']];

for (const colorScheme of ['light', 'dark']) {
    it(`has no accessibility faults (${colorScheme})`, () => withPage({ browser: { colorScheme } }, async (page, fixture) => {
        for (const [name, address, sign] of kPlaces) {
            await page.goto(`${fixture.url}/${address}`);
            await page.locator(sign).first().waitFor();
            await page.locator('.unfold > button').evaluateAll((buttons) => buttons.forEach((button) => button.click()));
            await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));
            await picture(page, `lists-${name}-${colorScheme}`, { fullPage: true });
            assert.deepEqual(await faults(page), [], name);
        }
    }));
}

it('fits a phone without sideways scrolling', () => withPage({ browser: { viewport: { width: 375, height: 720 } } }, async (page, fixture) => {
    for (const [name, address, sign] of kPlaces) {
        await page.goto(`${fixture.url}/${address}`);
        await page.locator(sign).first().waitFor();
        await page.locator('.unfold > button').evaluateAll((buttons) => buttons.forEach((button) => button.click()));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
        await picture(page, `phone-${name}`, { fullPage: true });
    }
}));
