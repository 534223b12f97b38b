// The page on a real gantryd that nobody has set up: GANTRY_URL is its address, GANTRY_SETUP_CODE its one-time code.
// The run behind it has a study that passed and was confirmed, one with slices too thick, one with slices missing, and one
// that belongs to nobody known. Assigning that one changes the run; a second go over the same run leaves that part out.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, kTablet, launch, open, picture } from './browser.mjs';
import {
    conform, conformDetail, conformOutbox, conformScanners, conformStatus, conformTransfers, conformVisits, kPlacement, kRefusal, kRefused, kStudy,
} from './shapes.mjs';

const address = (process.env.GANTRY_URL ?? '').replace(/\/$/, '');
const kWords = {
    arriving: 'Arriving', may_leave: 'Patient may leave', scan_again: 'Scan again', needs_you: 'Needs you', not_judged: 'Not judged',
};
const kOnTheWay = ['deidentifying', 'ready', 'uploading', 'delivered', 'confirmed', 'purged'];

const kItPassword = 'a long walk at six';
const kOwnPassword = 'rain on the roof';

async function signIn(page, name, password) {
    await page.getByLabel('Name to sign in with').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.keyboard.press('Enter');
}

/** Site IT sets the box up and adds a technologist, who signs in and chooses a password. */
async function setUpAndAddTessa(page) {
    await page.getByLabel('One-time code').fill(process.env.GANTRY_SETUP_CODE);
    await page.getByLabel('Full name').fill('Ina Informatics');
    await page.getByLabel('Name to sign in with').fill('ina');
    await page.getByLabel('New password').fill(kItPassword);
    await page.getByLabel('The same once more').fill(kItPassword);
    await page.keyboard.press('Enter');
    await page.locator('article, .row, .empty').first().waitFor();
    await page.goto(`${address}/#/people`);
    await page.getByRole('button', { name: 'Add a person…' }).click();
    const form = page.locator('.unfolded');
    await form.getByLabel('Full name').fill('Tessa Technologist');
    await form.getByLabel('Name to sign in with').fill('tessa');
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    const told = await page.getByText('tessa signs in with').innerText();
    await page.goto(`${address}/#/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(page, 'tessa', told.split(' ').at(-1));
    await page.getByLabel('Password as it is now').fill(told.split(' ').at(-1));
    await page.getByLabel('New password').fill(kOwnPassword);
    await page.getByLabel('The same once more').fill(kOwnPassword);
    await page.keyboard.press('Enter');
    await page.goto(`${address}/#/`);
    await page.locator('article, .row, .empty').first().waitFor();
}

describe('the page on a real box', { skip: address ? false : 'GANTRY_URL is not set' }, () => {
    let browser;
    let page;

    before(async () => {
        browser = await launch();
        page = await open(browser, `${address}/`, { ignoreHTTPSErrors: true });
        await setUpAndAddTessa(page);
    });
    after(async () => { await browser?.close(); });

    /** Asks the API as the page does, with its session. */
    const api = (path, init) => page.evaluate(async ([url, options]) => {
        const answer = await fetch(url, options);
        const text = await answer.text();
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
    }, [`/api/v1${path}`, init]);
    const allStudies = async () => {
        const { body } = await api('/studies?limit=200');
        return Array.isArray(body) ? body : Object.values(body).find(Array.isArray);
    };
    const details = async () => Promise.all((await allStudies()).map(async (study) => (await api(`/studies/${study.id}`)).body));
    const go = async (hash, sign) => {
        await page.goto(`${address}/${hash}`);
        await page.locator(sign).first().waitFor();
    };
    const withFinding = async (pattern) => (await details()).find((study) =>
        study.card === 'scan_again' && study.findings.some((finding) => finding.result === 'fail' && pattern.test(`${finding.rule} ${finding.label}`)));

    it('answers in the shapes of docs/formats/api.md', async () => {
        const { body: status } = await api('/status');
        conformStatus(status);
        for (const study of await allStudies()) conform(study, kStudy, `study ${study.id}`);
        for (const study of await details()) {
            conformDetail(study);
            assert.ok(study.card in kWords, study.card);
        }
        const { body: refusals } = await api('/refusals');
        for (const refusal of Array.isArray(refusals) ? refusals : Object.values(refusals).find(Array.isArray)) conform(refusal, kRefusal, 'refusal');
        for (const trial of status.trials) conformVisits((await api(`/visits?trial=${trial.id}`)).body);
        conformScanners((await api('/scanners')).body);
        conformOutbox((await api('/outbox')).body);
        conformTransfers((await api('/transfers')).body);
        for (const placement of (await api('/placements')).body) conform(placement, kPlacement, 'placement');
    });

    it('serves the page under a strict content policy, and again only when it changed', async () => {
        const first = await page.evaluate(async () => {
            const answer = await fetch('/app.js', { cache: 'no-store' });
            const root = await fetch('/', { cache: 'no-store' });
            return { etag: answer.headers.get('etag'), policy: root.headers.get('content-security-policy'), type: answer.headers.get('content-type') };
        });
        assert.match(first.policy ?? '', /default-src 'self'/);
        assert.doesNotMatch(first.policy, /unsafe-inline|unsafe-eval|\*/);
        assert.match(first.type, /javascript/);
        assert.ok(first.etag, 'files carry an ETag');
        const again = await page.request.get(`${address}/app.js`, { headers: { 'If-None-Match': first.etag } });
        assert.equal(again.status(), 304);
    });

    it('refuses a change that does not come from the page, and what is not there', async () => {
        const [study] = await allStudies();
        const init = { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Gantry-Request': '1' }, body: '{"who":"x","why":"x"}' };
        const foreign = await api(`/studies/${study.id}/release`, init);
        assert.ok(foreign.status >= 400 && foreign.status < 500, String(foreign.status));
        conform(foreign.body, kRefused, 'refusal');
        const missing = await api('/studies/999999999');
        assert.equal(missing.status, 404);
        conform(missing.body, kRefused, 'refusal');
    });

    it('shows every study with its outcome in words, and counts in the title what needs someone', async () => {
        await go('', 'article, .row');
        await eventually(async () => /^\(\d+\)/.test(await page.title()));
        const studies = await allStudies();
        const shown = (await page.locator('main').innerText());
        for (const study of studies) {
            assert.ok(shown.includes(kWords[study.card]), kWords[study.card]);
            if (study.subject) assert.ok(shown.includes(study.subject), study.subject);
            if (study.card === 'scan_again' && study.headline) assert.ok(shown.replaceAll('\u00a0', ' ').includes(study.headline.replaceAll('\u00a0', ' ')), study.headline);
        }
        const needs = studies.filter((study) => !['arriving', 'may_leave'].includes(study.card) && !kOnTheWay.includes(study.state)).length;
        const title = Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0);
        assert.ok(title === needs || title === needs + 1, `title counts ${title}, ${needs} studies need someone`);
    });

    it('tells that slices are too thick: found, allowed, and that no new exposure is needed', async () => {
        const study = await withFinding(/thick/i);
        assert.ok(study, 'the run has a study with thick slices');
        await go(`#/study/${study.id}`, '.finding');
        const text = await page.locator('main').innerText();
        assert.match(text, /Scan again/);
        assert.match(text, /7\.5\u00a0mm/);
        assert.match(text, /at most 5\u00a0mm|5\u00a0mm/);
        assert.match(text, /reconstruct/i);
        await picture(page, 'live-thick');
    });

    it('tells that slices are missing and to send again', async () => {
        const study = await withFinding(/missing|holes/i);
        assert.ok(study, 'the run has a study with missing slices');
        await go(`#/study/${study.id}`, '.finding');
        const text = await page.locator('main').innerText();
        assert.match(text, /Scan again/);
        assert.match(text, /missing/i);
        assert.match(text, /send/i);
        await picture(page, 'live-missing');
    });

    it('shows the images of a series, decoded by the worker', async () => {
        const study = await withFinding(/thick/i);
        await go(`#/study/${study.id}`, '.finding');
        await page.getByRole('button', { name: /Look at the images: / }).first().click();
        const viewer = page.locator('.viewer');
        await viewer.getByText(/Image \d+ of \d+/).first().waitFor();
        const shades = () => viewer.locator('canvas').evaluate((canvas) => {
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return new Set(data.filter((_, i) => i % 4 === 0)).size;
        });
        await eventually(async () => (await shades()) > 8);
        await picture(page, 'live-viewer', { fullPage: true });
    });

    it('asks a node for an echo', async () => {
        const [host, port] = (await api('/status')).body.dicom_address.split(':');
        const [ae] = (await api('/status')).body.ae_titles;
        await go('#/system', '.sentences');
        await page.getByLabel('AE title').fill(ae);
        await page.getByLabel('Address').fill(host);
        await page.getByLabel('Port').fill(port);
        await page.getByRole('button', { name: 'Send an echo' }).click();
        await page.getByText(/It answers: \d+ ms/).waitFor();
    });

    it('shows the receipt of what the sponsor confirmed', async () => {
        const study = (await allStudies()).find(({ state }) => state === 'confirmed');
        assert.ok(study, 'the run has a confirmed study');
        await go(`#/study/${study.id}`, '.parcels li');
        const text = await page.locator('main').innerText();
        assert.match(text, /Patient may leave/);
        assert.match(text, /Confirmed by the sponsor/);
        assert.match(text, /receipt [0-9a-f]{8}…/);
        await picture(page, 'live-confirmed');
    });

    it('has no accessibility faults on any page, light and dark', async () => {
        const [first] = await allStudies();
        for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            for (const [name, hash, sign] of [
                ['today', '#/', 'article, .row, .empty'], ['study', `#/study/${first.id}`, 'h1.outcome'], ['visits', '#/visits', 'h1'],
                ['scanners', '#/scanners', 'h1'], ['refused', '#/refused', 'h1'], ['system', '#/system', '.sentences'],
            ]) {
                await go(hash, sign);
                await picture(page, `live-${name}-${colorScheme}`);
                assert.deepEqual(await faults(page), [], `${name} ${colorScheme}`);
            }
        }
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize(kTablet);
        await go('#/', 'article, .row, .empty');
        await picture(page, 'live-today-tablet');
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        await page.setViewportSize({ width: 1280, height: 800 });
    });

    it('files the study of nobody known under a subject, and shows the outcome without a reload', async (context) => {
        const study = (await details()).find((candidate) => !candidate.subject && candidate.allowed.includes('assign'));
        if (!study) return context.skip('every study has its subject');
        await go('#/', 'article');
        await page.evaluate(() => { window.notReloaded = true; });
        await page.locator('article', { hasText: 'Needs you' }).first().waitFor();
        await page.goto(`${address}/#/study/${study.id}/assign`);
        const panel = page.locator('.panel');
        await panel.getByLabel('Subject').waitFor();
        // The last one: the others of the run have their patients, and a second patient would be refused.
        const subjects = panel.getByLabel('Subject').locator('option');
        await eventually(async () => await subjects.count() > 1);
        const last = await subjects.last().innerText();
        await panel.getByLabel('Subject').selectOption(last);
        await panel.getByLabel('Visit', { exact: true }).selectOption({ index: 1 });
        const subject = await panel.getByLabel('Subject').inputValue();
        await panel.getByRole('button', { name: 'File under this subject' }).click();
        await page.getByText(`Filed under ${subject}`).waitFor();
        await page.locator('h1', { hasText: /Patient may leave|Scan again|Not judged/ }).waitFor({ timeout: 30_000 });
        assert.equal(await page.evaluate(() => window.notReloaded), true);
        assert.match(await page.locator('.timeline').innerText(), /Tessa Technologist/);
        await picture(page, 'live-assigned');
        return undefined;
    });

    it('locks out who guesses a password, and lets the person in again once site IT gave another', async () => {
        const { context, strange } = await (async () => {
            const other = await browser.newContext({ ignoreHTTPSErrors: true });
            return { context: other, strange: await other.newPage() };
        })();
        await strange.goto(`${address}/`);
        for (let i = 0; i < 5; i += 1) {
            await signIn(strange, 'tessa', `guess number ${i}`);
            await strange.locator('.trouble').waitFor();
            await eventually(async () => (await strange.getByRole('button', { name: 'Sign in' }).isEnabled()));
        }
        await signIn(strange, 'tessa', kOwnPassword);
        await strange.getByText('Too many wrong tries').first().waitFor();
        await signIn(strange, 'ina', kItPassword);
        await strange.locator('article, .row, .empty').first().waitFor();
        await strange.goto(`${address}/#/audit`);
        await strange.getByText('The chain of entries is intact.').waitFor();
        await strange.getByRole('cell', { name: 'locked-out' }).first().waitFor();
        await strange.goto(`${address}/#/people`);
        await strange.getByRole('button', { name: 'New password for Tessa Technologist' }).click();
        await strange.getByText('tessa signs in with').waitFor();
        await picture(strange, 'live-people');
        await context.close();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 90_000 }); // her sessions ended
    });

    it('asked nobody else and complained of nothing', () => {
        assert.deepEqual(page.strangers, []);
        // The two refusals asked for above are logged by the browser itself.
        assert.deepEqual(page.complaints.filter((line) => !/Failed to load resource/.test(line)), []);
    });
});
