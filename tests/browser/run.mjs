// Runs tests in the browser, or installs what they need.
//   node run.mjs --install --modules DIR/node_modules
//   node run.mjs --modules DIR/node_modules --dist DIR [--needs GANTRY_URL] FILE...
// Ends with 77, and says so loudly, when something the tests need is not on this machine.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const kSkipped = 77;
const here = dirname(fileURLToPath(import.meta.url));
const { values: options, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
        install: { type: 'boolean', default: false },
        modules: { type: 'string', default: join(here, 'node_modules') },
        dist: { type: 'string', default: join(here, '../../ui/dist') },
        needs: { type: 'string' },
    },
});
const modules = resolve(options.modules);
const chromium = process.env.GANTRY_CHROMIUM ?? '/usr/bin/chromium';

function skip(reason) {
    console.error(`SKIPPED, NOT TESTED: ${reason}`);
    process.exit(kSkipped);
}

function install() {
    const folder = dirname(modules);
    const lock = join(folder, 'package-lock.json');
    const wanted = readFileSync(join(here, 'package-lock.json'), 'utf8');
    const complete = join(modules, '.package-lock.json'); // npm writes it last
    if (existsSync(complete) && existsSync(lock) && readFileSync(lock, 'utf8') === wanted) return;
    mkdirSync(folder, { recursive: true });
    if (folder !== here) for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(here, name), join(folder, name));
    const run = spawnSync('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
    if (run.status !== 0) skip('npm could not install the packages of the browser tests');
}

function test() {
    if (!existsSync(join(modules, 'playwright-core'))) skip(`the packages of the browser tests are not in ${modules} (target browser_test_deps)`);
    if (!existsSync(chromium)) skip(`no browser at ${chromium} (package chromium, or set GANTRY_CHROMIUM)`);
    if (!existsSync(join(options.dist, 'index.html'))) skip(`the page is not built in ${options.dist} (target gantry_ui)`);
    if (options.needs && !process.env[options.needs]) skip(`${options.needs} is not set`);
    const run = spawnSync(process.execPath, ['--test', ...files.map((file) => join(here, file))], {
        stdio: 'inherit',
        env: { ...process.env, GANTRY_NODE_MODULES: modules, GANTRY_UI_DIST: resolve(options.dist),
            GANTRY_SCREENSHOTS: process.env.GANTRY_SCREENSHOTS ?? join(dirname(modules), 'screenshots') },
    });
    process.exit(run.status ?? 1);
}

if (options.install) install();
else test();
