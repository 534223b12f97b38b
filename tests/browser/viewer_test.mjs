// The viewer, with frames of an invented box; live_test.mjs has real ones.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, launch, picture } from './browser.mjs';
import { busyDay, kThickStudy } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

describe('the viewer', () => {
    it('goes through a series, changes the window, and says what cannot be shown', () => withPage({
        at: `#/study/${kThickStudy}`, expectedComplaints: /422/, prepare: (fixture) => { fixture.brokenFrame = true; },
    }, async (page) => {
        await page.getByRole('button', { name: /Look at the images: / }).first().click();
        const viewer = page.locator('.viewer');
        await viewer.getByText('Image 3 of 4').waitFor();
        const gray = () => viewer.locator('canvas').evaluate((canvas) => canvas.getContext('2d').getImageData(5, 5, 1, 1).data[0]);
        // C.11.2.1.2.1: 140 in a window of 400 around 40 is at 299.5 + 0.5 of 399.
        await eventually(async () => (await gray()) === Math.round(255 * (140 - (40 - 0.5 - 199.5)) / 399));
        await picture(page, 'viewer', { fullPage: true });
        assert.deepEqual(await faults(page), []);
        await viewer.getByRole('group').focus();
        await page.keyboard.press('ArrowUp');
        await viewer.getByText('Image 2 of 4').waitFor();
        await eventually(async () => (await gray()) === Math.round(255 * (40 - (40 - 0.5 - 199.5)) / 399));
        await viewer.getByLabel('Brightness').selectOption('Bone');
        await eventually(async () => (await gray()) === Math.round(255 * (40 - (400 - 0.5 - 899.5)) / 1799));
        await viewer.getByRole('slider').fill('3');
        await viewer.getByText('This image cannot be shown.').waitFor();
        await viewer.getByRole('slider').fill('0');
        await viewer.getByText('This image cannot be shown.').waitFor({ state: 'detached' });
    }));
});
