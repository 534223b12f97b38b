// The browser that all tests share the settings of, and helpers to look at a page.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const kExecutable = process.env.GANTRY_CHROMIUM ?? '/usr/bin/chromium';
const kFlags = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--ignore-certificate-errors',
];

// GANTRY_NODE_MODULES is where the packages of these tests stand when not beside them.
const require = createRequire(process.env.GANTRY_NODE_MODULES ? join(process.env.GANTRY_NODE_MODULES, 'x.js') : import.meta.url);
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const kDesk = { width: 1280, height: 800 };
export const kTablet = { width: 820, height: 1180 };
/** What a 1280-pixel screen has at 200 % zoom. */
export const kZoomed = { width: 640, height: 400 };

/** A browser with a fresh profile that is removed when it closes. */
export function launch() {
    return chromium.launch({ executablePath: kExecutable, args: kFlags, headless: true });
}

/** A time zone where it is early afternoon now: what happened hours ago is still today, whenever the tests run. */
function afternoonZone() {
    const ahead = 14 - new Date().getUTCHours(); // -9 to 14; the names of these zones count the other way
    return ahead === 0 ? 'Etc/UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}

/** A page that keeps what it complained about and which other hosts it asked. */
export async function open(browser, address, options = {}) {
    const context = await browser.newContext({
        viewport: kDesk, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB', timezoneId: afternoonZone(), ...options,
    });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    page.complaints = [];
    page.strangers = [];
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
    const own = new URL(address).host;
    page.on('request', (request) => {
        const host = new URL(request.url()).host;
        if (host && host !== own) page.strangers.push(request.url());
    });
    await page.goto(address);
    return page;
}

/** Accessibility faults of the page as it stands, as short sentences. */
export async function faults(page) {
    // Through the debugger, not a script element, so that the page's own content policy stays in force.
    await page.evaluate(axeSource);
    const result = await page.evaluate(() => window.axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    return result.violations.flatMap((violation) =>
        violation.nodes.map((node) => `${violation.impact}: ${violation.id}: ${node.target.join(' ')}: ${violation.help}`));
}

/** Writes a picture into the folder GANTRY_SCREENSHOTS (run.mjs sets it: an artefact of the run). */
export async function picture(page, name, options = {}) {
    const folder = process.env.GANTRY_SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), ...options });
}

/** Waits until `condition` holds. (Playwright's own waiting on functions needs eval, which the page's policy forbids.) */
export async function eventually(condition) {
    for (let round = 0; round < 100; round += 1) {
        if (await condition()) return;
        await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail('did not happen within 5 s');
}
