// Component tests of what the imaging manual asks of a person: questions, checklist, places of series, waivers.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, launch, picture } from './browser.mjs';
import { busyDay, kMrStudy, kPetStudy, kRepeatSeries, kThickStudy, kUnclearSeries } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

describe('questions', () => {
    const at = `#/study/${kPetStudy}`;
    const asked = (page) => page.locator('.block-ask');

    it('stand under the card while they hold the study, and take number, unit, yes or no', () => withPage({ at }, async (page, fixture) => {
        await asked(page).getByRole('heading', { name: 'Please answer these 2 before it can be sent' }).waitFor();
        await picture(page, 'questions', { fullPage: true });
        const button = asked(page).getByRole('button', { name: 'Save the answers' });
        await button.click();
        await asked(page).getByText('Please answer at least one question.').waitFor();
        await asked(page).getByLabel('Blood glucose before injection', { exact: true }).fill('about 5');
        await button.click();
        await asked(page).getByText('Please enter a number for “Blood glucose before injection”, such as 5.4.').waitFor();
        assert.equal(fixture.actions.length, 0);
        await asked(page).getByLabel('Blood glucose before injection', { exact: true }).fill('97,5');
        await asked(page).getByLabel('Unit of: Blood glucose').selectOption('mg/dl');
        await asked(page).getByRole('group', { name: 'Fasted for 6 hours' }).getByLabel('Yes').check();
        await button.click();
        await page.getByText('2 answers saved. The study is checked again.').waitFor();
        assert.deepEqual(fixture.actions, [
            { path: `/studies/${kPetStudy}/answer`, body: { question: 'glucose', value: '97.5 mg/dl', who: 'A. Smith' } },
            { path: `/studies/${kPetStudy}/answer`, body: { question: 'fasted', value: 'true', who: 'A. Smith' } },
        ]);
        await asked(page).waitFor({ state: 'detached' });
        assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'status', 'the focus is on what came of it');
        const answers = await page.locator('.answers').innerText();
        assert.match(answers, /Blood glucose before injection\s+97.5 mg\/dl answered by A. Smith/);
        assert.match(answers, /Fasted for 6 hours or more\?\s+Yes answered by A. Smith/);
        await picture(page, 'questions-answered', { fullPage: true });
    }));

    it('show answers with by whom, and take others in place', () => withPage({ at }, async (page, fixture) => {
        const block = page.locator('section.block', { has: page.getByRole('heading', { name: 'Questions', exact: true }) });
        assert.match(await block.innerText(), /Weight today\s+71.5 kg answered by B. Jones/);
        assert.match(await block.innerText(), /wall clock\s+14:30 answered by B. Jones/);
        const change = block.getByRole('button', { name: 'Change… the answer to: Weight today' });
        await change.click();
        await page.keyboard.press('Escape');
        assert.match(page.url(), /study\/17$/, 'Escape closes the form, not the page');
        await eventually(() => change.evaluate((element) => document.activeElement === element));
        await change.click();
        const form = block.locator('.unfolded');
        await form.getByLabel('Weight today').fill('72');
        await form.getByRole('button', { name: 'Save the answer' }).click();
        await page.getByText('1 answer saved.').waitFor();
        await block.getByLabel('Time of injection').fill('905');
        await block.getByRole('button', { name: 'Save the answers' }).click();
        await block.getByText('09:05').waitFor();
        assert.deepEqual(fixture.actions.map(({ body }) => body), [
            { question: 'weight', value: '72 kg', who: 'A. Smith' }, { question: 'injected', value: '09:05', who: 'A. Smith' },
        ]);
    }));

    it('keep what is saved when one in the middle is refused', () => withPage({ at, expectedComplaints: /404/ }, async (page, fixture) => {
        await asked(page).getByLabel('Blood glucose before injection', { exact: true }).fill('5.4');
        await asked(page).getByRole('group', { name: 'Fasted' }).getByLabel('No').check();
        fixture.refuseAnswer = 'fasted';
        await asked(page).getByRole('button', { name: 'Save the answers' }).click();
        await asked(page).getByRole('alert').waitFor();
        await page.getByText('Please answer this before it can be sent').waitFor();
        assert.match(await page.locator('.answers').innerText(), /5.4 mmol\/l/);
    }));

    it('are shown only, once the study is sent', () => withPage({
        at, prepare: (fixture) => Object.assign(fixture.study(kPetStudy), { state: 'confirmed', allowed: [] }),
    }, async (page) => {
        await page.getByText('not answered').first().waitFor();
        assert.equal(await page.locator('main form').count(), 0);
        assert.equal(await page.getByRole('button', { name: /Change…/ }).count(), 0);
    }));
});

describe('the checklist of a visit', () => {
    const block = (page) => page.locator('section.block', { has: page.getByRole('heading', { name: 'Checklist of this visit' }) });

    it('shows what is open with the endpoint it serves, and folds what is done', () => withPage({ at: `#/study/${kMrStudy}` }, async (page, fixture) => {
        await block(page).waitFor();
        const words = await block(page).innerText();
        assert.match(words, /T1 after contrast not sure which series it is\s+For: Enhancing volume, Sum of products/);
        assert.match(words, /Diffusion 1 of 2 have arrived\s+For: ADC, exploratory/);
        assert.match(words, /T2 has not arrived\s+For: RANO response/);
        assert.match(words, /2 of 5 here\s+1 not needed at this visit/);
        assert.equal(await block(page).getByText('T2 FLAIR').isVisible(), false);
        await block(page).getByText('2 of 5 here').click();
        await block(page).getByText('T2 FLAIR').waitFor();
        await picture(page, 'checklist', { fullPage: true });
        await eventually(() => fixture.streams.size === 1);
        for (const line of fixture.study(kMrStudy).checklist) if (line.state !== 'not_needed') line.state = 'present';
        fixture.change(kMrStudy);
        await block(page).getByText('All 5 here').waitFor();
    }));

    it('keeps a line open whose series is not as asked', () => withPage({ at: `#/study/${kThickStudy}` }, async (page) => {
        await block(page).getByText('1 of 1 here').waitFor();
        assert.match(await block(page).innerText(), /portal venous[^]*For: Sum of lesion diameters[^]*Slice thickness: 7.5\u00a0mm, at most 5\u00a0mm/);
    }));

    it('lists every series with how it got its place', () => withPage({ at: `#/study/${kMrStudy}` }, async (page) => {
        const rows = page.locator('section.block', { has: page.getByRole('heading', { name: 'Series that came' }) }).locator('li');
        await rows.first().waitFor();
        const words = await rows.allInnerTexts();
        assert.match(words[0], /t1_mprage_sag · MR · 160 images\s+T1 before contrast · placed as remembered for this scanner/);
        assert.match(words[1], /Waits for you/);
        assert.match(words[2], /T2 FLAIR · placed by the imaging manual/);
        assert.match(words[3], /repeat; kept, not judged\s+T2 FLAIR · placed by a person/);
        assert.match(words[4], /localizer · MR · 9 images\s+Not on the checklist/);
    }));
});

describe('a series that could be two things', () => {
    const at = `#/study/${kMrStudy}`;
    const asked = (page) => page.locator('.block-ask');
    const path = `/studies/${kMrStudy}/place`;

    it('is not covered by the bar of actions, however low the window', () => withPage({ at, browser: { viewport: { width: 1280, height: 600 } } }, async (page) => {
        await asked(page).getByRole('button', { name: 'T1 after contrast' }).waitFor();
        await page.locator('.bar').waitFor();
        const [block, bar] = await Promise.all(['.block-ask', '.bar'].map((sign) => page.locator(sign).boundingBox()));
        assert.ok(bar.y >= block.y + block.height, `the bar begins at ${bar.y}, the question ends at ${block.y + block.height}`);
        await picture(page, 'which-series-low', { fullPage: true });
        await page.locator('.bar').scrollIntoViewIfNeeded();
        await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
        const end = await page.locator('.bar').boundingBox();
        assert.ok(end.y + end.height <= 600, 'the bar is seen at the end of the page');
    }));

    it('is shown with its middle image, and a press says what it is', () => withPage({ at }, async (page, fixture) => {
        await asked(page).getByRole('heading', { name: 'Which series is this?' }).waitFor();
        const image = asked(page).getByRole('img', { name: 'The middle image of t1_mprage_sag · MR · 160 images' });
        await eventually(() => image.evaluate((element) => element.naturalWidth === 192));
        await picture(page, 'which-series');
        assert.deepEqual(await asked(page).getByRole('group').getByRole('button').allInnerTexts(), ['T1 before contrast', 'T1 after contrast', 'None of these']);
        assert.deepEqual(await asked(page).getByLabel('Something else').locator('option').allInnerTexts(), ['Choose …', 'T2 FLAIR', 'Diffusion', 'T2', 'Perfusion']);
        await asked(page).getByLabel('Remember for this scanner and protocol').check();
        await asked(page).getByRole('button', { name: 'T1 after contrast' }).click();
        await page.getByText('t1_mprage_sag: T1 after contrast. The study is checked again.').waitFor();
        assert.deepEqual(fixture.actions, [{ path, body: { series: kUnclearSeries, slot: 't1_post', remember: 'yes', who: 'A. Smith' } }]);
        await asked(page).waitFor({ state: 'detached' });
    }));

    it('can be none of these, or something else', () => withPage({ at, expectedComplaints: /409/ }, async (page, fixture) => {
        await asked(page).getByRole('button', { name: 'This one' }).click();
        await asked(page).getByText('Please choose what it is.').waitFor();
        await asked(page).getByLabel('Something else').selectOption('T2');
        fixture.refuseWith = { status: 409, body: { error: 'conflict', message: 'x', detail: 'the study is on its way already' } };
        await asked(page).getByRole('button', { name: 'This one' }).click();
        await asked(page).getByText('The study is on its way already.').waitFor();
        await asked(page).getByRole('button', { name: 'None of these' }).click();
        await page.getByText('t1_mprage_sag: not on the checklist.').waitFor();
        assert.deepEqual(fixture.actions, [{ path, body: { series: kUnclearSeries, slot: '', remember: 'no', who: 'A. Smith' } }]);
    }));

    it('does without a picture that is not there', () => withPage({
        at, expectedComplaints: /404/, prepare: (fixture) => fixture.noPictures.add(kUnclearSeries),
    }, async (page) => {
        await asked(page).getByRole('button', { name: 'None of these' }).waitFor();
        await asked(page).getByRole('img').waitFor({ state: 'detached' });
    }));

    it('any other can be changed as well', () => withPage({ at }, async (page, fixture) => {
        await page.getByRole('button', { name: 'Change… what flair_tra_3mm_rpt' }).click();
        const form = page.locator('.unfolded');
        assert.equal(await form.evaluate((element) => element.contains(document.activeElement)), true);
        await form.getByLabel('It is').selectOption('Diffusion');
        await picture(page, 'change-series', { fullPage: true });
        await form.getByRole('button', { name: 'This one' }).click();
        await page.getByText('flair_tra_3mm_rpt: Diffusion.').waitFor();
        await page.getByRole('button', { name: 'Change… what t1_mprage_sag' }).click();
        await form.getByRole('button', { name: 'Not on the checklist' }).click();
        await page.getByText('t1_mprage_sag: not on the checklist.').waitFor();
        assert.deepEqual(fixture.actions.map(({ body }) => [body.series, body.slot]), [[kRepeatSeries, 'dwi'], [`${kRepeatSeries.slice(0, -2)}81`, '']]);
    }));
});

describe('a finding', () => {
    const at = `#/study/${kMrStudy}`;
    const finding = (page, label) => page.locator('.finding', { hasText: label });

    it('shows where the trouble is', () => withPage({ at }, async (page) => {
        const image = finding(page, 'Ghosting').getByRole('img', { name: 'Where it is: ghosting' });
        await eventually(() => image.evaluate((element) => element.naturalWidth > 0));
        const href = await finding(page, 'Ghosting').getByRole('link', { name: 'Open the picture' }).getAttribute('href');
        assert.match(href, /^\/api\/v1\/studies\/18\/series\/[\d.]+\.83\/pictures\/mr-ghosting\.png$/);
        assert.equal(await finding(page, 'Gap').getByRole('img').count(), 0);
    }));

    it('is waived only with the number of a deviation and a name', () => withPage({ at }, async (page, fixture) => {
        assert.match(await finding(page, 'Gap between slices').innerText(), /waived under D-009/);
        assert.equal(await page.getByRole('button', { name: /^Waive…/ }).count(), 1, 'only what failed');
        await page.getByRole('button', { name: 'Waive… ghosting' }).click();
        const form = page.locator('.unfolded');
        await form.getByRole('button', { name: 'Waive this check' }).click();
        await form.getByText('Please enter the number of the deviation.').waitFor();
        await picture(page, 'waive');
        await form.getByLabel('Deviation number').fill('D-017');
        await form.getByLabel('this subject').check();
        await form.getByLabel('Until').fill('2027-01-31');
        await form.getByRole('button', { name: 'Waive this check' }).click();
        await page.getByText('Ghosting is waived under D-017. The study is checked again.').waitFor();
        assert.deepEqual(fixture.actions, [{
            path: `/studies/${kMrStudy}/waive`, body: { rule: 'MR-GHOST', deviation: 'D-017', for: 'subject', until: '20270131', who: 'A. Smith' },
        }]);
        await finding(page, 'Ghosting').getByText('waived under D-017').waitFor();
    }));

    it('that cannot be told stands by itself, counted, and leads to the question that settles it', () => withPage({ at: `#/study/${kPetStudy}` }, async (page) => {
        const block = page.locator('section.block', { has: page.getByRole('heading', { name: 'Cannot tell: 1' }) });
        assert.match(await block.innerText(), /neither good nor bad[^]*Blood glucose/);
        await block.getByRole('button', { name: 'Answer the question' }).click();
        assert.equal(await page.getByLabel('Blood glucose before injection', { exact: true }).evaluate((element) => document.activeElement === element), true);
    }));
});

it('likely visits come first, with why', () => withPage({ at: `#/study/${kMrStudy}/assign` }, async (page, fixture) => {
    const panel = page.locator('.panel');
    const likely = panel.getByRole('group', { name: 'Likely visits' });
    await likely.waitFor();
    assert.match(await likely.first().innerText(), /Week 8\s+the scan is inside its window\s+Week 16\s+3 days before its window/);
    assert.deepEqual(await panel.getByLabel('Visit', { exact: true }).locator('option').allInnerTexts(), ['Choose …', 'Week 8', 'Week 16', 'Baseline']);
    await likely.getByRole('button', { name: 'Week 16' }).click();
    await panel.getByText('will be filed as subject 0417-009, Week 16').waitFor();
    await picture(page, 'assign-likely');
    await panel.getByLabel('Subject').selectOption('0417-002');
    await likely.first().waitFor({ state: 'detached' });
    assert.deepEqual(await panel.getByLabel('Visit', { exact: true }).locator('option').allInnerTexts(), ['Choose …', 'Baseline', 'Week 8', 'Week 16']);
    await panel.getByRole('button', { name: 'File under this subject' }).click();
    await page.getByText('Filed under 0417-002.').waitFor();
    assert.deepEqual(fixture.actions.map(({ body }) => body), [{ subject: '0417-002', visit: 'W16', who: 'A. Smith' }]);
}));

const kPlaces = [
    ['questions', `#/study/${kPetStudy}`, '.block-ask'], ['series', `#/study/${kMrStudy}`, '.checklist'],
    ['assign', `#/study/${kMrStudy}/assign`, '.suggested'],
];

for (const colorScheme of ['light', 'dark']) {
    it(`has no accessibility faults (${colorScheme})`, () => withPage({ browser: { colorScheme } }, async (page, fixture) => {
        for (const [name, address, sign] of kPlaces) {
            await page.goto(`${fixture.url}/${address}`);
            await page.locator(sign).first().waitFor();
            await page.locator('.unfold > button').evaluateAll((buttons) => buttons.forEach((button) => button.click()));
            await page.evaluate(() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; }));
            await picture(page, `protocol-${name}-${colorScheme}`, { fullPage: true });
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
