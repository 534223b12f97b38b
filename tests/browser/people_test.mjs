// Signing in, the own account, people, audit, signatures: with an invented box. roles_test.cpp and live_test.mjs have the real one.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { eventually, faults, kTablet, launch, picture } from './browser.mjs';
import { busyDay, kThickStudy } from './fixture/data.mjs';
import { pageRunner } from './fixture/run.mjs';
import { signedIn } from './fixture/server.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
const withPage = pageRunner(() => browser, busyDay);
const kRefusals = /40[13]|423|429/;
const signedOut = (fixture) => { fixture.session = { state: 'signed-out', site: '0417' }; };

describe('the door', () => {
    it('lets in who knows name and password, and says when they are wrong', () => withPage({
        prepare: signedOut, expectedComplaints: kRefusals,
    }, async (page, fixture) => {
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
        assert.equal(await page.title(), 'Sign in · Gantry');
        await picture(page, 'signin');
        assert.deepEqual(await faults(page), []);
        await page.keyboard.press('Enter');
        await page.getByText('Please enter your name and password.').waitFor();
        await page.getByLabel('Name to sign in with').fill('asmith');
        await page.getByLabel('Password').fill('wrong');
        await page.keyboard.press('Enter');
        await page.getByText('is not right').first().waitFor();
        await page.getByLabel('Password').fill(fixture.password);
        await page.keyboard.press('Enter');
        await page.locator('article', { hasText: '0417-012' }).waitFor();
        await page.getByRole('link', { name: 'A. Smith' }).waitFor();
        fixture.session = { state: 'signed-out', site: '0417' };
        fixture.emit('status');
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
        assert.equal(await page.getByText('0417-012').count(), 0, 'nothing of anybody is left on the page');
    }));

    it('asks for a code where the person has an app for it', () => withPage({
        prepare: (fixture) => { signedOut(fixture); fixture.codes = true; },
    }, async (page, fixture) => {
        await page.getByLabel('Name to sign in with').fill('asmith');
        await page.getByLabel('Password').fill(fixture.password);
        await page.keyboard.press('Enter');
        await page.getByLabel('Code from your app').fill('123456');
        await page.keyboard.press('Enter');
        await page.locator('article').first().waitFor();
    }));

    it('says that too many tries lock', () => withPage({
        prepare: (fixture) => { signedOut(fixture); fixture.lockedOut = true; }, expectedComplaints: kRefusals,
    }, async (page) => {
        await page.getByLabel('Name to sign in with').fill('asmith');
        await page.getByLabel('Password').fill('whatever it is');
        await page.keyboard.press('Enter');
        await page.getByText('Too many wrong tries').first().waitFor();
    }));

    it('sets up with the code from the console', () => withPage({
        prepare: (fixture) => { fixture.session = { state: 'set-up', site: '0417' }; fixture.role = 'site-it'; },
    }, async (page) => {
        await page.getByRole('heading', { name: 'Set up this box' }).waitFor();
        await picture(page, 'setup');
        assert.deepEqual(await faults(page), []);
        await page.getByLabel('One-time code').fill('ABCDE');
        await page.getByLabel('Full name').fill('I. Informatics');
        await page.getByLabel('Name to sign in with').fill('iinform');
        await page.getByLabel('New password').fill('a long walk at six');
        await page.getByLabel('The same once more').fill('another one');
        await page.keyboard.press('Enter');
        await page.getByText('The two passwords differ.').waitFor();
        await page.getByLabel('The same once more').fill('a long walk at six');
        await page.keyboard.press('Enter');
        await page.locator('article').first().waitFor();
    }));

    it('asks for a password of one\'s own first', () => withPage({
        prepare: (fixture) => { fixture.session = { ...signedIn('new-password'), must_change: true }; },
    }, async (page, fixture) => {
        await page.getByRole('heading', { name: 'Choose a password of your own' }).waitFor();
        await page.getByLabel('Password as it is now').fill('QWERT');
        await page.getByLabel('New password').fill('rain on the roof');
        await page.getByLabel('The same once more').fill('rain on the roof');
        await page.keyboard.press('Enter');
        await page.locator('article').first().waitFor();
        assert.equal(fixture.doors.at(-1).fresh, 'rain on the roof');
    }));

    it('locks, tells across the room how many wait and of whom nothing, and opens by PIN', () => withPage({
        expectedComplaints: kRefusals,
    }, async (page) => {
        await page.locator('article').first().waitFor();
        await page.getByRole('button', { name: 'Lock' }).click();
        await page.getByRole('heading', { name: 'Locked' }).waitFor();
        await page.getByText('2 scans must be repeated.').waitFor();
        assert.equal(await page.getByText('0417-012').count(), 0);
        await picture(page, 'locked');
        assert.deepEqual(await faults(page), []);
        await page.getByLabel('PIN').fill('1111');
        await page.keyboard.press('Enter');
        await page.getByText('The PIN is not right.').first().waitFor();
        await page.getByLabel('PIN').fill('2580');
        await page.keyboard.press('Enter');
        await page.locator('article').first().waitFor();
    }));
});

describe('people', () => {
    it('are added by site IT, with a password shown once', () => withPage({
        at: '#/people', prepare: (fixture) => { fixture.session = signedIn('open', 'site-it'); },
    }, async (page, fixture) => {
        await page.getByText('F. Former').waitFor();
        await page.getByRole('button', { name: 'Add a person…' }).click();
        const form = page.locator('.unfolded');
        await form.getByLabel('Full name').fill('T. Taylor');
        await form.getByLabel('Name to sign in with').fill('ttaylor');
        await form.getByLabel('Role').selectOption('Investigator');
        await form.getByRole('button', { name: 'Add', exact: true }).click();
        await page.getByText('ttaylor signs in with QWERT-23456-ASDFG-YXCVB').waitFor();
        await page.getByText('T. Taylor').waitFor();
        await picture(page, 'people', { fullPage: true });
        await page.getByRole('button', { name: 'A. Smith left the site' }).click();
        await eventually(() => fixture.actions.at(-1).path === '/people/1/left');
        assert.deepEqual(fixture.actions.map(({ path }) => path), ['/people', '/people/1/left']);
        assert.deepEqual(fixture.actions[0].body, { name: 'ttaylor', full_name: 'T. Taylor', role: 'investigator' });
    }));

    it('set a PIN and codes of an app for themselves', () => withPage({ at: '#/account', browser: { viewport: kTablet } }, async (page, fixture) => {
        const pin = page.locator('section.block', { hasText: 'PIN for this page' });
        await pin.getByLabel('PIN').fill('2580');
        await pin.getByLabel('Password').fill('a long walk at six');
        await pin.getByRole('button', { name: 'Set the PIN' }).click();
        await page.getByText('The PIN is set.').waitFor();
        await page.getByRole('button', { name: 'Begin' }).click();
        await page.getByText('JBSW Y3DP EHPK 3PXP').waitFor();
        await page.getByRole('img', { name: 'Codes from an app' }).waitFor();
        await picture(page, 'account', { fullPage: true });
        assert.deepEqual(fixture.actions.map(({ path }) => path), ['/account/pin', '/account/codes/start']);
    }));

    it('who only read are shown no buttons that change', () => withPage({
        at: `#/study/${kThickStudy}`, prepare: (fixture) => { fixture.session = signedIn('open', 'auditor'); },
    }, async (page, fixture) => {
        await page.locator('.timeline').first().waitFor();
        assert.equal(await page.getByRole('link', { name: 'Send with this deviation…' }).count(), 0);
        for (const [hash, sign] of [['#/scanners', 'h1'], ['#/uploads', 'h1'], ['#/central', 'h1'], ['#/refused', 'h1'], ['#/people', '.people li']]) {
            await page.goto(`${fixture.url}/${hash}`);
            await page.locator(sign).first().waitFor();
            const words = await page.locator('main button').allInnerTexts();
            assert.deepEqual(words.filter((word) => /qualif|Pause|Answer|Mark as seen|read it|left|Add|Enrol|Look now/i.test(word)), [], hash);
        }
    }));
});

describe('the audit', () => {
    it('is listed with its chain, searched and exported', () => withPage({
        at: '#/audit', prepare: (fixture) => { fixture.session = signedIn('open', 'auditor'); },
    }, async (page, fixture) => {
        await page.getByText('The chain of entries is intact.').waitFor();
        await page.getByRole('cell', { name: /I accept this deviation/ }).waitFor();
        await picture(page, 'audit', { fullPage: true });
        await page.getByLabel('Name, event or subject').fill('Smith');
        await page.getByLabel('From', { exact: true }).fill('2026-01-02');
        await eventually(async () => /q=Smith/.test((await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href')) ?? ''));
        fixture.box.audit = { ...fixture.box.audit, intact: false, broken_at: 7 };
        await page.getByLabel('Name, event or subject').fill('');
        await page.getByText('its chain breaks at entry 7').waitFor();
    }));
});

describe('a signature', () => {
    it('is asked for where the trial wants one: its meaning, and the password again', () => withPage({
        at: `#/study/${kThickStudy}/release`,
        prepare: (fixture) => { fixture.box.status.trials[0].signatures = { release: 'I accept this deviation for the trial.' }; },
    }, async (page, fixture) => {
        await page.getByText('I accept this deviation for the trial.').waitFor();
        await page.getByLabel('Reason').fill('Raw data deleted');
        await page.getByLabel('Your password, to sign').fill('a long walk at six');
        await picture(page, 'signature', { fullPage: true });
        assert.deepEqual(await faults(page), []);
        await page.getByRole('button', { name: 'Send with this deviation' }).click();
        await eventually(() => fixture.actions.length === 1);
        assert.deepEqual(fixture.actions[0].body, { who: 'A. Smith', why: 'Raw data deleted', password: 'a long walk at six', code: '' });
    }));
});
