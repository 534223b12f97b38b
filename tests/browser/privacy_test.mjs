// Component tests of what de-identification asks of a person: text in the images, finds of the leak gate, a wrong subject.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { faults, launch, picture } from './browser.mjs';
import { busyDay, kThickStudy } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);
const at = `#/study/${kThickStudy}`;
const kImage = `/api/v1/studies/${kThickStudy}/series/1.2.3/thumbnail.png`; // the invented box has one image for all

const kLook = { instance: 71, outcome: 'doubtful', reason: 'text over the anatomy', rows: 400, columns: 800, boxes: [], picture: kImage, said: null };
const kLeak = { id: 5, place: 'SeriesDescription', what: 'patient name', images: 120, series: ['1.2.3'], can_remove: true, settled: '' };
const kCorrection = {
    id: 3, scope: 'patient', from_subject: '0417-002', from_visit: 'BL', to_subject: '0417-009', to_visit: '',
    proposed_by: 'A. Smith', why: 'the wrong line in the list', proposed_at: Date.now() - 60_000,
};

describe('text in the images', () => {
    const prepare = (fixture) => Object.assign(fixture.study(kThickStudy), { looks: [kLook], allowed: ['pixels'] });

    it('is boxed with the mouse and by keyboard, and goes out under a name', () => withPage({ at, prepare }, async (page, fixture) => {
        const form = page.locator('form.pixels');
        const canvas = form.locator('svg');
        await canvas.scrollIntoViewIfNeeded();
        const area = await canvas.boundingBox();
        assert.ok(area.width > 200 && area.height > 60, 'the image is large enough to draw on');
        await page.mouse.move(area.x + area.width * 0.25, area.y + area.height * 0.25);
        await page.mouse.down();
        await page.mouse.move(area.x + area.width * 0.5, area.y + area.height * 0.5, { steps: 4 });
        await page.mouse.up();
        await form.getByRole('button', { name: 'Box 1' }).waitFor();
        await form.getByRole('button', { name: 'Add a box' }).click();
        await form.getByRole('button', { name: 'Box 2' }).focus();
        await page.keyboard.press('ArrowLeft');
        await page.keyboard.press('Shift+ArrowDown');
        await picture(page, 'pixels-drawn', { fullPage: true });
        await form.getByRole('button', { name: 'Blank 2 boxes' }).click();
        await page.getByText('Noted. The boxes are blanked before anything is sent.').waitFor();
        const [{ path, body }] = fixture.actions;
        assert.equal(path, `/studies/${kThickStudy}/pixels`);
        assert.equal(body.instance, '71');
        assert.equal(body.who, 'A. Smith');
        const [drawn, added] = body.boxes.split(' ').map((box) => box.split(',').map(Number));
        for (const [value, expected] of [[drawn[0], 200], [drawn[1], 100], [drawn[2], 200], [drawn[3], 100]])
            assert.ok(Math.abs(value - expected) <= 4, `${drawn} is a quarter of the image`);
        assert.deepEqual(added, [312, 180, 160, 48]);
    }));

    it('can be denied', () => withPage({ at, prepare }, async (page, fixture) => {
        const form = page.locator('form.pixels');
        await form.getByRole('button', { name: 'There is no such text' }).click();
        await page.getByText('Noted: no text.').waitFor();
        assert.equal(fixture.actions[0].body.boxes, 'none');
    }));
});

describe('finds of the leak gate', () => {
    const prepare = (fixture) => Object.assign(fixture.study(kThickStudy), { leaks: [kLeak], state: 'quarantined' });

    it('name place and kind, and are removed under a name with a reason', () => withPage({ at, prepare }, async (page, fixture) => {
        const block = page.locator('.block-leaks');
        await block.getByText('patient name in SeriesDescription').waitFor();
        await block.getByText('120 images in 1 series').waitFor();
        await block.getByRole('button', { name: 'Remove this attribute from this study' }).click();
        await picture(page, 'leak', { fullPage: true });
        await block.getByRole('button', { name: 'Remove this attribute from this study' }).last().click();
        await block.getByText('Please give a reason.').waitFor();
        await block.getByLabel('Reason').fill('typed at the console');
        await block.getByRole('button', { name: 'Remove this attribute from this study' }).last().click();
        await page.getByText('Noted. The attribute is removed from this study.').waitFor();
        assert.deepEqual(fixture.actions, [{ path: '/leaks/5/remove', body: { who: 'A. Smith', why: 'typed at the console' } }]);
    }));
});

describe('a wrong subject', () => {
    const prepare = (fixture) => Object.assign(fixture.study(kThickStudy), {
        correction: kCorrection, allowed: ['confirm-correction', 'reject-correction'],
    });

    it('is confirmed by a second person, who sees what changes and why', () => withPage({ at, prepare }, async (page, fixture) => {
        await page.getByText('Proposed by A. Smith: the wrong line in the list').waitFor();
        await page.getByText(/From 0417-002.* to 0417-009/).waitFor();
        await picture(page, 'correction', { fullPage: true });
        const form = page.locator('form', { hasText: 'Your decision' });
        await form.getByLabel('Confirm the correction').check();
        await form.getByRole('button').last().click();
        await page.getByText('Corrected. What was sent is withdrawn').waitFor();
        assert.deepEqual(fixture.actions, [{ path: '/corrections/3/confirm', body: { who: 'A. Smith' } }]);
    }));
});

for (const colorScheme of ['light', 'dark']) {
    const prepare = (fixture) => Object.assign(fixture.study(kThickStudy), {
        looks: [kLook], leaks: [kLeak], correction: kCorrection, allowed: ['pixels', 'confirm-correction', 'reject-correction'],
    });
    it(`has no accessibility faults (${colorScheme})`, () => withPage({ at, prepare, browser: { colorScheme } }, async (page) => {
        await page.locator('form.pixels svg').waitFor();
        await page.getByRole('button', { name: 'Add a box' }).click();
        await picture(page, `privacy-${colorScheme}`, { fullPage: true });
        assert.deepEqual(await faults(page), []);
    }));
}
