// Component tests of the page Central team, and of questions on a study's page.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, kTablet, launch, picture } from './browser.mjs';
import { busyDay } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);

const card = (page, words) => page.locator('article', { hasText: words });

describe('central team', () => {
    it('shows what is asked, what comes, and whether it can be heard', () => withPage({}, async (page) => {
        const link = page.locator('nav').getByRole('link', { name: 'Central team' });
        assert.match(await link.innerText(), /1$/);  // what nobody has looked at
        await link.click();
        await page.getByRole('heading', { name: '3 open questions' }).waitFor();
        assert.match(await card(page, 'contrast phase').innerText(), /Overdue: an answer was due/);
        assert.match(await card(page, 'version 1.2.0').innerText(), /Of the last 40 scans here 3 would have to be repeated by it; by the one in force 1\./);
        assert.match(await card(page, 'version 1.2.0').innerText(), /at most 5 mm -> at most 3 mm/);
        assert.match(await card(page, 'version 1.1.0').innerText(), /In force[^]*Read by A\. Smith/);
        assert.match(await card(page, 'Demonstration trial').innerText(), /Last word from it 4 min ago/);
        assert.match(await card(page, 'Demonstration trial').innerText(), /0417-004/);
        await page.getByText('Cannot be used here: packs/onc-demo-ct/1.3.0.json').click();
        await page.getByText('"atmost" is not known').waitFor();
        await picture(page, 'central', { fullPage: true });
        assert.deepEqual(await faults(page), []);
    }));

    it('is whole on a tablet', () => withPage({ at: '#/central', browser: { viewport: kTablet } }, async (page) => {
        await page.getByRole('heading', { name: '3 open questions' }).waitFor();
        await page.getByRole('button', { name: 'Answer: Left or right arm?' }).click();
        assert.deepEqual(await faults(page), []);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(wider, 0);
    }));

    it('takes an answer in words, a decision, a scan', () => withPage({ at: '#/central' }, async (page, fixture) => {
        await page.getByRole('button', { name: 'Answer: Which contrast phase' }).click();
        const first = card(page, 'contrast phase');
        await first.getByRole('button', { name: 'Send this answer' }).click();
        await first.getByText('Please write an answer.').waitFor();
        assert.equal(fixture.actions.length, 0);
        await first.getByLabel('Your answer').fill('Portal venous.');
        await first.getByRole('button', { name: 'Send this answer' }).click();
        await page.getByText('Your answer goes to the central team.').waitFor();
        assert.deepEqual(fixture.actions.at(-1), { path: '/queries/1/answer', body: { who: 'A. Smith', text: 'Portal venous.', decision: '', study: '' } });

        await page.getByRole('button', { name: 'Answer: Left or right arm?' }).click();
        const second = card(page, 'Left or right arm?');
        await second.getByLabel('right', { exact: true }).check();
        await second.getByRole('button', { name: 'Send this answer' }).click();
        await eventually(() => fixture.actions.at(-1).path === '/queries/2/answer');
        assert.equal(fixture.actions.at(-1).body.decision, 'right');

        await page.getByRole('button', { name: 'Answer: Where is the thin series?' }).click();
        const third = card(page, 'thin series');
        await third.getByLabel('Number of the scan').fill('18');
        await third.getByRole('button', { name: 'Send this answer' }).click();
        await eventually(() => fixture.actions.at(-1).path === '/queries/3/answer');
        assert.equal(fixture.actions.at(-1).body.study, '18');
    }));

    it('keeps an answer that does not leave, and says why', () => withPage({ at: '#/central', expectedComplaints: /409/ }, async (page, fixture) => {
        await page.getByRole('button', { name: 'Answer: Which contrast phase' }).click();
        const first = card(page, 'contrast phase');
        await first.getByLabel('Your answer').fill('Mrs Doe was late.');
        fixture.refuseWith = { status: 409, body: { error: 'leak-found', message: 'Something that identifies the patient is still there.', detail: 'the answer names the patient. Nothing was sent' } };
        await first.getByRole('button', { name: 'Send this answer' }).click();
        await first.getByRole('alert').waitFor();
        assert.match(await first.getByRole('alert').innerText(), /identifies the patient/);
        assert.equal(await first.getByLabel('Your answer').inputValue(), 'Mrs Doe was late.');
    }));

    it('takes word that a manual was read, and looks when asked to', () => withPage({ at: '#/central' }, async (page, fixture) => {
        const coming = card(page, 'version 1.2.0');
        await coming.getByRole('button', { name: 'I have read it: version 1.2.0' }).click();
        await page.getByText('The central team is told that you have read it.').waitFor();
        assert.deepEqual(fixture.actions.at(-1), { path: '/packs/12/acknowledge', body: { who: 'A. Smith' } });
        await page.getByRole('button', { name: 'Ask now' }).click();
        await page.getByText('The central teams are asked now.').waitFor();
        assert.equal(fixture.actions.at(-1).path, '/inbox/pull');
    }));

    it('enrols by the file of the central team', () => withPage({ at: '#/central' }, async (page, fixture) => {
        await page.getByText('Enrol this site for a trial…').click();
        await page.getByRole('button', { name: 'Make keys' }).click();
        await page.getByText('Please choose the file.').waitFor();
        await page.getByLabel('The enrolment file').setInputFiles({ name: 'enrolment.json', mimeType: 'application/json', buffer: Buffer.from('{"format":1}') });
        await page.getByLabel('AE title').fill('ONC17');
        await page.getByRole('button', { name: 'Make keys' }).click();
        await eventually(() => fixture.actions.length === 1);
        assert.deepEqual(fixture.actions[0], { path: '/enrolments', body: { file: '{"format":1}', ae_title: 'ONC17', who: 'A. Smith' } });
    }));

    it('a question stands on the page of its scan', () => withPage({}, async (page, fixture) => {
        const study = fixture.box.queries[0].study;
        await page.goto(`${fixture.url}/#/study/${study}`);
        await page.getByRole('heading', { name: 'Which contrast phase is series 3?' }).waitFor();
        assert.equal(await page.getByText('Left or right arm?').count(), 0);
        await page.getByRole('button', { name: 'Seen' }).click();
        await eventually(() => fixture.actions.at(-1)?.path === '/queries/1/read');
    }));
});
