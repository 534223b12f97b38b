// The page in other languages: by the browser's wish, by a person's choice, with dates and numbers as they are written there.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, launch } from './browser.mjs';
import { busyDay, kThickStudy } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);
const heading = (page) => page.locator('main h1, main h2').first();

const kToday = { de: 'Braucht Sie jetzt', fr: 'À vous maintenant', es: 'Le necesita ahora', ja: 'いま対応が必要' };

describe('the language', () => {
    for (const [language, words] of Object.entries(kToday)) {
        it(`is what the browser asks for (${language})`, () => withPage({ browser: { locale: language } }, async (page) => {
            await page.getByText(words, { exact: false }).first().waitFor();
            assert.equal(await page.locator('html').getAttribute('lang'), language);
        }));
    }

    it('is English for a browser that wants one the page has not', () => withPage({ browser: { locale: 'fi-FI' } }, async (page) => {
        await page.getByRole('heading', { name: 'Needs you now' }).waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    }));

    it('changes on the page, loses nothing that was typed, and is kept', () => withPage({ at: `#/study/${kThickStudy}/release` }, async (page) => {
        await page.getByLabel('Reason').fill('Raw data deleted');
        await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
        await page.getByText('Mit dieser Abweichung senden').first().waitFor();
        assert.equal(await page.locator('textarea').inputValue(), 'Raw data deleted');
        await page.reload();
        await page.getByText('Mit dieser Abweichung senden').first().waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'de');
        await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en');
        await page.getByText('Send with this deviation').first().waitFor();
    }));

    it('is asked for once, and only when it is wanted', () => withPage({}, async (page) => {
        await heading(page).waitFor();
        const catalogues = () => page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => name.includes('language-')).length);
        assert.equal(await catalogues(), 0);
        await page.getByRole('combobox', { name: 'Language' }).selectOption('ja');
        await eventually(async () => (await catalogues()) === 1);
    }));
});

describe('dates and numbers', () => {
    const prepare = (fixture) => Object.assign(fixture.box.status, { disk_free_bytes: 1_500_000_000_000, time_zone: 'Asia/Tokyo' });

    it('are written as in the language', () => withPage({ at: '#/system', prepare, browser: { locale: 'de-DE' } }, async (page) => {
        await page.getByText('1,5\u00a0TB Plattenplatz').waitFor();
    }));

    it('are told in the zone of the site', () => withPage({ prepare, browser: { timezoneId: 'America/New_York' } }, async (page, fixture) => {
        const expected = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Tokyo' });
        await page.locator('.wall').waitFor();
        await eventually(async () => (await page.locator('.wall').innerText()) === expected.format(Date.now()));
        assert.ok(fixture.reads.length > 0);
    }));
});
