// Runs tests against repositories that are not ours: node run.mjs FILE...
// Ends with 77, and says so loudly, when what they need is not on this machine.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

function skip(reason) {
    console.error(`SKIPPED, NOT TESTED: ${reason}`);
    process.exit(77);
}

if (!existsSync(join(here, 'node_modules/@tufjs/models'))) skip('no node_modules in tests/uplink/tuf_peer; tests/run installs them');
if (spawnSync('faketime', ['--version']).error) skip('faketime is not installed (packaging/install-build-deps --tests)');
const run = spawnSync(process.execPath, ['--test', ...process.argv.slice(2).map((file) => join(here, file))], { stdio: 'inherit' });
process.exit(run.status ?? 1);
