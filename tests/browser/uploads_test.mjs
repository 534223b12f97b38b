// Component tests of the page Uploads.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, kTablet, launch, picture } from './browser.mjs';
import { busyDay, firstDay } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';
import { conformOutbox, conformTransfers } from './shapes.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

it('the invented outbox keeps to the shapes of the real one', () => {
    for (const box of [busyDay(), firstDay()]) {
        conformOutbox(box.outbox);
        conformTransfers(box.transfers);
    }
});

const line = (page, name) => page.locator('.uploads li', { hasText: name });

describe('uploads', () => {
    it('say how far each is, and why it waits and what to do', () => withPage({}, async (page) => {
        await page.locator('nav').getByRole('link', { name: 'Uploads' }).click();
        await page.getByRole('heading', { name: '3 uploads to go' }).waitFor();
        assert.match(await line(page, '0417-012').innerText(), /Being sent\s+1.0.MB a second\s+60 s left\s+20.MB of 80.MB/);
        assert.match(await line(page, 'Answer to a question').innerText(), /One other goes before it\./);
        assert.match(await line(page, '0417-003').innerText(), /We are not let through\.[^]*Next try[^]*press Try again/);
        assert.match(await page.locator('.block', { hasText: 'not signed for yet' }).innerText(), /has not signed for it yet/);
        await picture(page, 'uploads', { fullPage: true });
        assert.deepEqual(await faults(page), []);
    }));

    it('are paused, ordered and cancelled under a name', () => withPage({ at: '#/uploads' }, async (page, fixture) => {
        const pet = line(page, '0417-003');
        for (const [button, path, more] of [
            ['Pause:', '/outbox/pause', {}], ['Try again:', '/outbox/resume', {}],
            ['Send first:', '/outbox/order', { place: 'first' }], ['Send last:', '/outbox/order', { place: 'last' }],
        ]) {
            await pet.getByRole('button', { name: button }).click();
            await page.getByText('Done.').waitFor();
            assert.deepEqual(fixture.actions.at(-1), { path, body: { object: 'aa03', who: 'A. Smith', ...more } });
        }
        await pet.getByRole('button', { name: 'Cancel…' }).click();
        await pet.getByText('The study is put aside').waitFor();
        await pet.getByRole('button', { name: 'Do not send it' }).click();
        await pet.getByText('Please say why.').waitFor();
        await pet.getByLabel('Why').fill('wrong arm');
        await pet.getByRole('button', { name: 'Do not send it' }).click();
        await pet.getByLabel('Why').waitFor({ state: 'detached' });
        assert.deepEqual(fixture.actions.at(-1), { path: '/outbox/cancel', body: { object: 'aa03', who: 'A. Smith', why: 'wrong arm' } });
        await page.getByRole('button', { name: 'Pause all' }).click();
        await eventually(() => fixture.actions.length === 6);
        assert.deepEqual(fixture.actions.at(-1), { path: '/outbox/pause', body: { who: 'A. Smith' } });
    }));

    it('go at night only, and not faster than a person says', () => withPage({ at: '#/uploads' }, async (page, fixture) => {
        await page.getByText('Uploads may use the line now. As fast as it goes.').waitFor();
        await page.getByRole('button', { name: 'Limit, or send at night only…' }).click();
        await page.getByLabel('Only from').fill('19:00');
        await page.getByLabel('At most, in KiB').fill('fast');
        await page.getByRole('button', { name: 'Use the line like this' }).click();
        await page.getByText('Please enter a whole number, such as 250. Please enter both times, or none.').waitFor();
        await page.getByLabel('At most, in KiB').fill('250');
        await page.getByLabel('to', { exact: true }).fill('06:00');
        await page.getByRole('button', { name: 'Use the line like this' }).click();
        await page.getByText('Done.').waitFor();
        assert.deepEqual(fixture.actions, [{ path: '/outbox/line', body: { kib_per_second: '250', from: '19:00', to: '06:00', who: 'A. Smith' } }]);
    }));

    it('say what the sponsor allows, and that its first address does not answer', () => withPage({
        at: '#/uploads',
        prepare: ({ box }) => { Object.assign(box.outbox.trials[0], { sponsor_bytes_per_second: 256_000, other_address: 'second.example' }); },
    }, async (page) => {
        await page.getByText(/The central team of onc-demo allows at most 256.kB a second\./).waitFor();
        await page.getByText("Uploads of onc-demo go to second.example: the sponsor's first address does not answer.").waitFor();
        await picture(page, 'uploads-other-address', { fullPage: true });
        assert.deepEqual(await faults(page), []);
    }));

    it('say who paused them', () => withPage({
        at: '#/uploads', browser: { viewport: kTablet },
        prepare: (fixture) => { fixture.box.outbox.paused = { who: 'B. Jones', at: Date.now() }; },
    }, async (page) => {
        await page.getByText(/B. Jones paused everything/).waitFor();
        await page.getByRole('button', { name: 'Resume all' }).waitFor();
        await picture(page, 'uploads-paused', { fullPage: true });
    }));
});

describe('what was sent', () => {
    it('is searched, and goes out as CSV', () => withPage({ at: '#/uploads' }, async (page) => {
        const table = page.getByRole('region', { name: 'What was sent' });
        assert.match(await table.innerText(), /Scan\s+0417-003\s+BL\s+5.0.MB[^]*7f3a90aa11bb22cc/);
        assert.match(await table.innerText(), /Scan\s+cancelled\s+0417-009/);
        await page.getByLabel('Search').fill('A200');
        await eventually(async () => await page.locator('.transfers tbody tr').count() === 1);
        assert.equal(await page.getByRole('link', { name: 'Save as CSV' }).getAttribute('href'), '/api/v1/transfers.csv?q=A200');
        await page.getByLabel('Search').fill('nobody');
        await page.getByText('Nothing was found.').waitFor();
    }));

    it('is empty on the first day', () => withPage({ at: '#/uploads', box: firstDay() }, async (page) => {
        await page.getByRole('heading', { name: 'Nothing waits to be sent.' }).waitFor();
        await page.getByText('Nothing was found.').waitFor();
    }));
});
