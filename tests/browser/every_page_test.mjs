// Each page in each look: no accessibility fault, nothing wider than the screen, a picture as an artefact of the run; and what
// keyboard, printer and a wish for less motion get.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, kDesk, launch, picture } from './browser.mjs';
import { busyDay, kThickStudy } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

const kPages = { today: '', study: `#/study/${kThickStudy}`, visits: '#/visits', uploads: '#/uploads', scanners: '#/scanners', central: '#/central', refused: '#/refused', system: '#/system', account: '#/account', people: '#/people', audit: '#/audit' };
const kPortrait = { width: 768, height: 1024 };
const kLooks = {
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    tablet: { viewport: kPortrait },
    german: { locale: 'de' },
};

/** The page is drawn: it has its heading and waits for no answer of the box. */
async function drawn(page) {
    await page.locator('main h1, main h2').first().waitFor();
    await eventually(async () => (await page.locator('main .loading').count()) === 0);
}

for (const [look, options] of Object.entries(kLooks)) {
    describe(look, () => {
        for (const [name, at] of Object.entries(kPages)) {
            it(name, () => withPage({ at, browser: options }, async (page) => {
                await drawn(page);
                await picture(page, `${name}-${look}`, { fullPage: true });
                assert.deepEqual(await faults(page), []);
                assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the screen');
            }));
        }
    });
}

describe('keyboard', () => {
    const kKeys = { v: 'Visits', u: 'Uploads', c: 'Scanners', q: 'Central team', n: 'Not taken as sent', s: 'System' };

    it('reaches each page by the keys that the list under ? names', () => withPage({}, async (page) => {
        await drawn(page);
        await page.keyboard.press('?');
        const listed = await page.locator('dialog kbd').allInnerTexts();
        await page.keyboard.press('Escape');
        await eventually(async () => (await page.locator('dialog').count()) === 0);
        for (const [key, heading] of Object.entries(kKeys)) {
            assert.ok(listed.includes(key), `${key} is listed`);
            await page.keyboard.press(key);
            await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        }
        await page.keyboard.press('t');
        await page.getByRole('heading', { name: 'Needs you now' }).waitFor();
    }));

    it('shows where it is on every stop of a page', () => withPage({}, async (page) => {
        await drawn(page);
        for (let stop = 0; stop < 20; stop += 1) {
            await page.keyboard.press('Tab');
            const outlined = await page.evaluate(() => {
                const style = getComputedStyle(document.activeElement);
                return document.activeElement === document.body || style.outlineStyle !== 'none' || style.boxShadow !== 'none';
            });
            assert.ok(outlined, `stop ${stop}: ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 80))}`);
        }
    }));
});

it('prints without what only a screen needs', () => withPage({ at: kPages.study }, async (page) => {
    await drawn(page);
    await page.emulateMedia({ media: 'print' });
    for (const screen of ['nav', '.language', '.help-button', '.skip']) assert.equal(await page.locator(screen).first().isVisible(), false, screen);
    await page.getByRole('heading', { level: 1 }).waitFor();
}));

it('moves nothing for a person who asks for that', () => withPage({ browser: { reducedMotion: 'reduce' } }, async (page, fixture) => {
    await drawn(page);
    fixture.change(kThickStudy, { verdict_number: 9, headline: 'Slices are 7 mm, at most 5 mm allowed.' });
    await page.getByText('Slices are 7\u00a0mm').first().waitFor();
    assert.equal(await page.evaluate(() => document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 1).length), 0);
}));

const kSmall = 60_000; // bytes of a picture in the README
const kReadme = { today: kPages.today, study: kPages.study };
const kRoot = new URL('../../', import.meta.url).pathname;

describe('the README', () => {
    for (const [name, at] of Object.entries(kReadme)) {
        it(`shows the page ${name} in a small picture`, () => withPage({ at, browser: { viewport: kDesk, deviceScaleFactor: 0.5 } }, async (page) => {
            await drawn(page);
            await picture(page, `readme-${name}`);
            assert.ok((await page.screenshot()).length <= kSmall);
            const shown = readFileSync(`${kRoot}docs/images/${name}.png`);
            assert.ok(shown.length <= kSmall, `${shown.length} bytes`);
            assert.equal(shown.subarray(1, 4).toString(), 'PNG');
            assert.match(readFileSync(`${kRoot}README.md`, 'utf8'), new RegExp(`\\(docs/images/${name}\\.png\\)`));
        }));
    }
});
