// Component tests of the page: a real browser, an invented box (fixture/). They cover what is hard to bring about with a
// real one; live_test.mjs drives the real one.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, kDesk, kTablet, kZoomed, launch, picture } from './browser.mjs';
import {
    firstDay, kDiskProblem, kHolesStudy, kLineProblem, kThickStudy, kUnassignedStudy, kUploadingStudy, morning,
} from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const withPage = pageRunner(() => browser, morning);

const kNetwork = /Failed to load resource|net::ERR|EventSource/;
const live = (page) => page.locator('[aria-live]');

describe('today', () => {
    it('shows what needs someone first, the newest red on top, with outcome, reason and advice', () => withPage({}, async (page) => {
        await page.getByRole('heading', { name: 'Needs you now' }).waitFor();
        const sections = await page.locator('section.group > h2').allInnerTexts();
        assert.deepEqual(sections.map((text) => text.replace(/\s*\d+$/, '')), ['Needs you now', 'Arriving', 'Done today']);
        const cards = await page.locator('article .outcome').allInnerTexts();
        assert.deepEqual(cards, ['Scan again', 'Scan again', 'Needs you', 'Not judged', 'Needs you']);
        const first = page.locator('article').first();
        for (const words of ['0417-012', 'DOE, JANE', 'Week 8', 'CT', '7.5\u00a0mm', 'no new exposure', '1 min ago']) {
            assert.match(await first.innerText(), new RegExp(words.replaceAll('.', '\\.')));
        }
        const done = await page.locator('section', { hasText: 'Done today' }).innerText();
        assert.match(done, /Patient may leave/);
        assert.match(done, /sent 96 %\s+20 s left/);
        assert.match(done, /Waits: line down since 13:58, next try in 40 s/);
        assert.match(done, /Confirmed by the sponsor \d\d:\d\d/);
        assert.match(done, /Sent with this deviation: Slices are 6\u00a0mm/);
        assert.match(await page.locator('.strip').innerText(), /all well · 1 upload, done in ~5 min/);
    }));

    it('counts what needs someone in the title of the tab', () => withPage({}, async (page, fixture) => {
        await eventually(async () => (await page.title()) === '(5) Today · Gantry 0417');
        fixture.change(kThickStudy, { card: 'may_leave', state: 'ready', verdict_number: 2, headline: 'All is there.' });
        await eventually(async () => (await page.title()).startsWith('(4) '));
    }));

    it('announces a new outcome once, and not what was there before', () => withPage({}, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        assert.equal(await live(page).first().innerText(), '');
        await page.locator('.strip-well').waitFor();
        await eventually(() => fixture.streams.size === 1);
        await page.evaluate(() => {
            window.said = [];
            new MutationObserver(() => window.said.push(document.querySelector('[aria-live]').textContent))
                .observe(document.querySelector('[aria-live]'), { childList: true, characterData: true, subtree: true });
        });
        fixture.change(16, { card: 'scan_again', state: 'held', verdict_number: 1, headline: 'Two slices are missing.' });
        await page.locator('article', { hasText: '0417-015' }).waitFor();
        fixture.change(16, { instances: 220 });
        fixture.emit('status');
        await page.waitForTimeout(700);
        assert.deepEqual(await page.evaluate(() => window.said.filter(Boolean)), ['Scan again. 0417-015 · Baseline · MR. Two slices are missing.']);
    }));

    it('teaches on an empty day', () => withPage({ box: firstDay() }, async (page) => {
        await page.getByText('No scans yet today.').waitFor();
        await page.getByText('Send from the scanner to node GANTRY at 10.1.2.3:11112.').waitFor();
        assert.equal(await page.title(), 'Today · Gantry 0417');
        await picture(page, 'empty');
    }));

    it('says problems of the box in words, with what to do', () => withPage({
        prepare: (fixture) => { fixture.box.status.problems = [kLineProblem]; },
    }, async (page, fixture) => {
        await page.locator('.strip-trouble', { hasText: kLineProblem.what }).waitFor();
        await eventually(() => fixture.streams.size === 1);
        fixture.box.status.problems = [kLineProblem, kDiskProblem];
        fixture.emit('status');
        await page.locator('.strip', { hasText: '2 things need attention' }).click();
        await page.getByText(kDiskProblem.do).waitFor();
        await page.getByText(kLineProblem.meaning).waitFor();
        await picture(page, 'problems');
    }));

    it('shows text from images as text', () => withPage({
        prepare: (fixture) => Object.assign(fixture.study(kThickStudy), { patient_label: '<img src=x onerror=alert(1)>^A', headline: '<b>x</b>' }),
    }, async (page) => {
        await page.getByText('<b>x</b>').waitFor();
        assert.equal(await page.locator('main img, main b').count(), 0);
    }));
});

describe('a study', () => {
    it('gives expected, found, why and what to do, failures first, passes folded', () => withPage({ at: `#/study/${kThickStudy}` }, async (page) => {
        const finding = page.locator('.finding').first();
        await finding.waitFor();
        const text = await finding.innerText();
        for (const words of ['Slice thickness', '7.5\u00a0mm', 'at most 5\u00a0mm', 'twice the slice thickness', 'Do this: No new exposure needed']) {
            assert.ok(text.includes(words), words);
        }
        assert.match(await page.locator('.finding').nth(1).innerText(), /Contrast agent\s+cannot tell/);
        await page.getByText('8 checks passed').waitFor();
        assert.equal(await page.getByText('120 kV').isVisible(), false);
        assert.match(await page.locator('.checklist').first().innerText(), /Chest\/abdomen\/pelvis[^]*CAP 5.0 Br40[^]*Slice thickness: 7.5\u00a0mm, at most 5\u00a0mm/);
        assert.match(await page.locator('.timeline').innerText(), /First image from CT-2/);
        assert.equal(await page.getByText('1.2.826').first().isVisible(), false, 'UIDs are one click away');
        await page.locator('details.technical > summary').click();
        await page.getByRole('button', { name: 'Copy Study UID' }).waitFor();
    }));

    it('follows the study while it is open', () => withPage({ at: '#/study/16' }, async (page, fixture) => {
        await page.getByRole('heading', { name: 'Arriving' }).waitFor();
        await eventually(() => fixture.streams.size === 1);
        fixture.change(16, { card: 'may_leave', state: 'checked', verdict_number: 1, headline: 'All is there.' });
        await page.getByRole('heading', { name: 'Patient may leave' }).waitFor();
    }));

    it('says who it is: subject, visit and name are asked for, and sent', () => withPage({ at: '#/' }, async (page, fixture) => {
        await page.getByRole('link', { name: 'Say whose scan it is…' }).click();
        const panel = page.locator('.panel');
        await panel.getByRole('heading', { name: 'Whose scan is it?' }).waitFor();
        await panel.getByText('YAMADA, TARO').waitFor();
        await panel.getByRole('button', { name: 'File under this subject' }).click();
        await panel.getByText('Please choose a subject. Please choose a visit.').waitFor();
        assert.equal(fixture.actions.length, 0);
        await panel.getByLabel('Subject').selectOption('0417-015');
        await panel.getByLabel('Visit').selectOption({ label: 'Week 8' });
        await panel.getByText('will be filed as subject 0417-015, Week 8').waitFor();
        await panel.getByRole('button', { name: 'File under this subject' }).click();
        await page.getByText('Filed under 0417-015.').waitFor();
        assert.deepEqual(fixture.actions, [{
            path: `/studies/${kUnassignedStudy}/assign`, body: { subject: '0417-015', visit: 'W8', who: 'A. Smith' },
        }]);
        await page.getByRole('heading', { name: 'Patient may leave' }).waitFor();
    }));

    it('spells out what the sponsor will see before a deviation is sent', () => withPage({ at: '#/' , expectedComplaints: /409/ }, async (page, fixture) => {
        await page.locator('article', { hasText: '0417-012' }).getByRole('link', { name: 'Send with a deviation…' }).click();
        const panel = page.locator('.panel');
        await panel.waitFor();
        assert.deepEqual(await panel.locator('.sees li').allInnerTexts(), [
            'slice thickness: 7.5\u00a0mm (expected at most 5\u00a0mm)', 'contrast agent: not in the header (expected given)',
            'your name and your reason, word for word',
        ]);
        assert.equal(await page.locator('dialog').count(), 0);
        await panel.getByRole('button', { name: 'Send with this deviation' }).click();
        await panel.getByText('Please enter a reason.').waitFor();
        await panel.getByLabel('Reason').fill('Raw data deleted');
        fixture.refuseWith = { status: 409, body: { error: 'conflict', message: 'It contradicts what is there.', detail: 'new images just arrived; the study is judged again' } };
        await panel.getByRole('button', { name: 'Send with this deviation' }).click();
        await panel.getByText('New images just arrived; the study is judged again.').waitFor();
        assert.equal(await panel.getByText('conflict · 409').isVisible(), false, 'the technical part is one click away');
        await panel.getByRole('button', { name: 'Send with this deviation' }).click();
        await page.getByText('It goes to the sponsor now').waitFor();
        assert.deepEqual(fixture.actions, [{ path: `/studies/${kThickStudy}/release`, body: { who: 'A. Smith', why: 'Raw data deleted' } }]);
        await page.getByText('“Raw data deleted”').waitFor();
    }));

    it('is checked again on demand', () => withPage({ at: `#/study/${kHolesStudy}` }, async (page, fixture) => {
        await page.getByRole('link', { name: 'Check again…' }).click();
        await page.getByLabel('Reason').fill('Sent again');
        await page.getByRole('button', { name: 'Check again' }).click();
        await page.getByText('It is being checked again.').waitFor();
        assert.deepEqual(fixture.actions, [{ path: `/studies/${kHolesStudy}/judge-again`, body: { who: 'A. Smith', why: 'Sent again' } }]);
    }));

    it('offers only the subjects of the study’s own trial', () => withPage({
        at: `#/study/${kThickStudy}/assign`,
        prepare: (fixture) => fixture.box.status.trials.push({ id: 'other', title: 'Other', pack_version: '1', subjects: ['X-1'], visits: [] }),
    }, async (page) => {
        await page.locator('.panel').waitFor();
        assert.equal(await page.getByLabel('Subject').locator('option', { hasText: 'X-1' }).count(), 0);
    }));

    it('writes names as people do', () => withPage({}, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        await eventually(() => fixture.streams.size === 1);
        for (const [value, shown] of [
            ['DOE^JANE^ANN^DR^', 'DOE, JANE ANN'], ['DOE', 'DOE'], ['^JANE', 'JANE'], ['YAMADA^TARO=山田^太郎=', 'YAMADA, TARO (山田, 太郎)'], ['^^^^', 'No subject yet'],
        ]) {
            fixture.change(kUnassignedStudy, { patient_label: value });
            await page.locator('article .who strong', { hasText: new RegExp(`^${shown.replace(/[()]/g, '\\$&')}$`) }).waitFor();
        }
    }));

    it('keeps the actions in reach on a long page', () => withPage({ at: `#/study/${kThickStudy}` }, async (page) => {
        const box = await page.getByRole('link', { name: 'Send with this deviation…' }).boundingBox();
        assert.ok(box.y + box.height <= kDesk.height, `the button is at ${box.y}`);
    }));

    it('keeps the focus where the work is', () => withPage({ at: `#/study/${kThickStudy}` }, async (page) => {
        await page.getByRole('link', { name: 'Send with this deviation…' }).click();
        await eventually(() => page.evaluate(() => document.activeElement.textContent === 'Send with this deviation'));
        await page.keyboard.press('Escape');
        await eventually(() => page.evaluate(() => document.activeElement.textContent === 'Send with this deviation…'));
    }));

    it('stays usable when something cannot be drawn', () => withPage({
        at: '#/study/3', prepare: (fixture) => { delete fixture.study(3).series; },
    }, async (page) => {
        await page.getByText('This page could not be shown.').waitFor();
        await page.getByRole('link', { name: 'Today' }).click();
        await page.locator('article', { hasText: '0417-012' }).waitFor();
    }));

    it('says when a study is gone', () => withPage({ at: '#/study/999', expectedComplaints: /404/ }, async (page) => {
        await page.getByText('This study is not here any more.').waitFor();
    }));
});

describe('what was not taken', () => {
    it('lists it with what to do, and marks it as seen by name', () => withPage({ at: '#/refused' }, async (page, fixture) => {
        const card = page.locator('article', { hasText: 'Conflict' });
        await card.waitFor();
        assert.match(await card.innerText(), /Both are kept[^]*Ask at CT-2[^]*from CT2 \(10\.1\.2\.9\)/);
        assert.match(await page.locator('article', { hasText: 'Sender not let in' }).innerText(), /12 times/);
        await card.getByRole('button').first().click();
        await page.getByText('To look at (1)').waitFor();
        assert.deepEqual(fixture.actions, [{ path: '/refusals/5/acknowledge', body: { who: 'A. Smith' } }]);
        await page.getByText('Seen, or nothing to do (3)').click();
        await page.locator('details article', { hasText: 'Conflict' }).getByText('seen by A. Smith').waitFor();
    }));
});

describe('keeping in touch', () => {
    it('says so when the box is away, and reads everything anew when it is back', () => withPage({ expectedComplaints: kNetwork }, async (page, fixture) => {
        await page.locator('article', { hasText: '0417-012' }).waitFor();
        await fixture.down();
        await page.getByText(/This page lost touch with the box at \d\d:\d\d/).waitFor();
        await page.locator('.strip', { hasText: 'out of touch' }).waitFor();
        assert.match(await page.locator('article').first().innerText(), /0417-012/, 'what was known stays on show');
        await picture(page, 'lost');
        Object.assign(fixture.study(kThickStudy), { card: 'may_leave', state: 'ready', verdict_number: 2, changed_at: Date.now() });
        await fixture.up();
        await page.getByRole('button', { name: 'Try now' }).click();
        await page.locator('.row', { hasText: '0417-012' }).waitFor();
        await eventually(() => fixture.streams.size === 1);
        assert.equal(await page.getByText('lost touch').count(), 0);
    }));

    it('comes back by itself', () => withPage({ expectedComplaints: kNetwork }, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        await fixture.down();
        await page.getByText('lost touch').waitFor();
        await fixture.up();
        await page.getByText('lost touch').waitFor({ state: 'detached' });
    }));

    it('asks every few seconds where no events come through', () => withPage({
        expectedComplaints: kNetwork, prepare: (fixture) => { fixture.eventsAllowed = false; },
    }, async (page, fixture) => {
        await page.locator('article', { hasText: '0417-012' }).waitFor();
        fixture.change(kThickStudy, { card: 'may_leave', state: 'ready', verdict_number: 2 });
        await page.locator('.row', { hasText: '0417-012' }).waitFor();
        assert.equal(await page.getByText('lost touch').count(), 0);
    }));

    it('reads everything anew after the computer slept', () => withPage({}, async (page, fixture) => {
        await page.clock.install();
        await page.reload();
        await page.locator('article', { hasText: '0417-012' }).waitFor();
        await eventually(() => fixture.streams.size === 1);
        // The stream looks open, yet what happened meanwhile never came through it.
        Object.assign(fixture.study(kThickStudy), { card: 'may_leave', state: 'ready', verdict_number: 2, changed_at: Date.now() });
        fixture.reads.length = 0;
        await page.clock.fastForward('02:00:00');
        await page.locator('.row', { hasText: '0417-012' }).waitFor();
        await eventually(() => fixture.reads.includes('/events'));
    }));

    it('does not read the whole board for each event of one study', () => withPage({}, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        await eventually(() => fixture.streams.size === 1);
        await page.waitForTimeout(300);
        fixture.reads.length = 0;
        for (let sent = 59e6; sent < 60e6; sent += 1e5) {
            fixture.study(kUploadingStudy).upload.sent = sent;
            fixture.emit('study', { id: kUploadingStudy });
        }
        await page.getByText('sent 98 %').waitFor();
        assert.equal(fixture.reads.filter((path) => path === '/studies').length, 0);
        assert.ok(fixture.reads.filter((path) => path === `/studies/${kUploadingStudy}`).length <= 3, 'bursts are read once');
    }));

    it('offers the new page after the box was updated', () => withPage({}, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        await eventually(() => fixture.streams.size === 1);
        fixture.box.status.version = '0.2.0';
        fixture.emit('status');
        await page.getByRole('button', { name: 'Load the new page' }).click();
        await page.locator('article').first().waitFor();
        assert.equal(await page.getByText('Gantry was updated.').count(), 0);
    }));
});

describe('for everyone', () => {
    it('works by keyboard alone', () => withPage({}, async (page) => {
        await page.locator('article').first().waitFor();
        await page.keyboard.press('Tab');
        assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
        await page.keyboard.press('?');
        await page.getByRole('dialog').getByText('Keyboard shortcuts').waitFor();
        await picture(page, 'help');
        assert.deepEqual(await faults(page), []);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await page.keyboard.press('j');
        await page.keyboard.press('j');
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
        assert.equal(outline, '3px', 'the focus is visible');
        await page.keyboard.press('Enter');
        await page.waitForURL(/#\/study\/13$/);
        await page.getByRole('heading', { name: 'Scan again', level: 1 }).waitFor();
        await page.keyboard.press('Escape');
        await page.waitForURL(/#\/$/);
        await page.keyboard.press('n');
        await page.getByRole('heading', { name: 'Not taken as sent' }).waitFor();
        await page.keyboard.press('u');
        await page.locator('main input').first().pressSequentially('ts');
        assert.match(page.url(), /#\/uploads$/, 'typing is not a shortcut');
    }));

    it('can switch the single keys off', () => withPage({}, async (page) => {
        await page.locator('article').first().waitFor();
        await page.keyboard.press('?');
        await page.getByLabel('Single keys as shortcuts').uncheck();
        await page.keyboard.press('Escape');
        await page.keyboard.press('s');
        await page.waitForTimeout(100);
        assert.doesNotMatch(page.url(), /system/);
    }));

    for (const colorScheme of ['light', 'dark']) {
        it(`has no accessibility faults and enough contrast (${colorScheme})`, () => withPage({ browser: { colorScheme } }, async (page, fixture) => {
            const places = [
                ['today', '#/', 'article'], ['study', `#/study/${kThickStudy}`, '.timeline'], ['confirmed', '#/study/3', '.timeline'],
                ['release', `#/study/${kHolesStudy}/release`, '.panel'], ['assign', `#/study/${kUnassignedStudy}/assign`, '.panel'],
                ['refused', '#/refused', 'article'], ['system', '#/system', '.sentences'],
            ];
            for (const [name, address, sign] of places) {
                await page.goto(`${fixture.url}/${address}`);
                await page.locator(sign).first().waitFor();
                await picture(page, `${name}-${colorScheme}`);
                await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));
                assert.deepEqual(await faults(page), [], name);
                assert.deepEqual(await weakOutcomes(page), [], name);
            }
        }));
    }

    it('fits a tablet, 200 % zoom and a long name without sideways scrolling', () => withPage({
        prepare: (fixture) => Object.assign(fixture.study(kThickStudy), { patient_label: 'VON-UND-ZU-LICHTENSTEIN-HOHENZOLLERN^MAXIMILIANE FRIEDERIKE' }),
    }, async (page, fixture) => {
        for (const [name, viewport] of [['desk', kDesk], ['tablet', kTablet], ['zoomed', kZoomed]]) {
            await page.setViewportSize(viewport);
            for (const address of ['#/', `#/study/${kThickStudy}`, `#/study/${kThickStudy}/release`, '#/refused', '#/system']) {
                await page.goto(`${fixture.url}/${address}`);
                await page.waitForTimeout(150);
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
                assert.ok(wide <= 0, `${address} at ${name} is ${wide} px too wide`);
                await picture(page, `${name}-${address.replace(/\W+/g, '')}`, { fullPage: name === 'zoomed' });
            }
        }
    }));

    it('moves nothing for who wants no motion', () => withPage({ browser: { reducedMotion: 'reduce' } }, async (page, fixture) => {
        await page.locator('article').first().waitFor();
        await eventually(() => fixture.streams.size === 1);
        fixture.change(16, { card: 'scan_again', state: 'held', verdict_number: 1 });
        const card = page.locator('article', { hasText: '0417-015' });
        await card.waitFor();
        assert.equal(await card.evaluate((element) => getComputedStyle(element).animationName), 'none');
    }));

    it('prints the study without its buttons', () => withPage({ at: `#/study/${kThickStudy}` }, async (page) => {
        await page.locator('.bar').waitFor();
        await page.emulateMedia({ media: 'print' });
        for (const part of ['nav', '.bar', '.way-back']) assert.equal(await page.locator(part).isVisible(), false, part);
        await picture(page, 'print', { fullPage: true });
    }));
});

/** Outcome words whose contrast with what is behind them is under 7. */
function weakOutcomes(page) {
    return page.evaluate(() => {
        const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
        const light = (colour) => {
            const [r, g, b] = numbers(colour).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (element) => {
            const colour = getComputedStyle(element).backgroundColor;
            return numbers(colour)[3] === 0 ? ground(element.parentElement) : colour;
        };
        return [...document.querySelectorAll('.outcome')].filter((element) => element.offsetParent && !element.closest('.row-deviates')).flatMap((element) => {
            const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
            const contrast = (a + 0.05) / (b + 0.05);
            return contrast < 7 ? [`${element.textContent}: ${contrast.toFixed(2)}`] : [];
        });
    });
}
