// Phantoms on the page: what is due and drifts, the plot that is loaded when looked at, readings, the signature.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, launch, picture } from './browser.mjs';
import { morning } from './fixture/data.mjs';
import { ledgers, phantomStudy, scan } from './fixture/phantoms.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

function withScan() {
    const box = morning();
    return { ...box, studies: [...box.studies, phantomStudy(box.studies[0])], ledgers: ledgers(), scans: { 40: scan() } };
}
const withPage = pageRunner(() => browser, withScan);
const withPhantoms = (at, test) => withPage({ at }, test);

describe('phantoms', () => {
    it('says on the scanner what is due and what drifts, and plots it', () => withPhantoms('#/scanners', async (page) => {
        const block = page.locator('.scanner', { has: page.getByRole('heading', { name: 'GE Revolution' }) });
        await block.getByText('Scan it again by next week.').waitFor();
        await block.getByText('CT number of water: Six values in a row rise.').waitFor();
        assert.equal(await page.evaluate(() => document.querySelector('script[src="/chart.js"]') !== null), false);
        await block.getByText('Trends of the Water cylinder').click();
        const plot = block.getByRole('img', { name: 'CT number of water over 9 scans' });
        await eventually(async () => (await plot.locator('canvas').count()) === 1);
        assert.deepEqual(await faults(page), []);
        await picture(page, 'phantom-trend', { fullPage: true });
        await block.getByRole('link', { name: /\d{4}$/ }).first().click();
        await page.getByRole('heading', { name: 'ACR MRI phantom' }).waitFor();
    }));

    it('shows values and pictures, takes what a person reads, and then the signature', () => withPhantoms('#/study/40', async (page, fixture) => {
        const part = page.locator('section', { has: page.getByRole('heading', { name: 'ACR MRI phantom' }) });
        await part.getByText('91.24 ± 0.1 %').waitFor();
        await part.getByText('at least 85 %').waitFor();
        await part.getByText('Slice 7 is not there.').waitFor();
        await part.getByText('Hole arrays of slice 1').waitFor();
        assert.equal(await part.locator('img').getAttribute('src'), '/api/v1/phantoms/40/pictures/p0-resolution.png');
        await part.getByText('Confirm the readings above').waitFor();
        assert.deepEqual(await faults(page), []);
        const form = part.locator('form', { hasText: 'Smallest holes resolved' });
        await form.getByLabel('Smallest holes resolved, mm').fill('1.0');
        await form.getByRole('button').click();
        await part.getByText('read by A. Smith').waitFor();
        const spokes = part.locator('form', { hasText: 'Spokes seen' });
        await spokes.getByRole('button').click();
        await picture(page, 'phantom-study', { fullPage: true });
        await part.getByRole('button', { name: 'Sign the statement' }).click();
        await part.getByText('Signed by A. Smith.').waitFor();
        assert.equal(await part.getByRole('link', { name: 'Statement to print' }).getAttribute('href'), '/api/v1/phantoms/40/statement.html');
        assert.deepEqual(fixture.actions, [
            { path: '/phantoms/40/confirm', body: { metric: 'acr_mri.resolved_mm', value: '1.0', who: 'A. Smith' } },
            { path: '/phantoms/40/confirm', body: { metric: 'acr_mri.spokes', value: '38', who: 'A. Smith' } },
            { path: '/phantoms/40/sign', body: { who: 'A. Smith' } },
        ]);
    }));
});
