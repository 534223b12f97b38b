// What a first visit loads, and that the page can run under a strict content policy.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';

const dist = process.env.GANTRY_UI_DIST ?? new URL('../../ui/dist', import.meta.url).pathname;
const kFirstLoadBytes = 150_000;

const compressed = (name) => gzipSync(readFileSync(join(dist, name))).length;

it('first load is at most 150 kB compressed, in whichever language', (context) => {
    const names = readdirSync(dist);
    const catalogues = names.filter((name) => name.startsWith('language-')).map(compressed);
    const page = names.filter((name) => !name.startsWith('language-')).reduce((sum, name) => sum + compressed(name), 0);
    const total = page + Math.max(...catalogues);
    context.diagnostic(`first load: ${total} bytes compressed with the largest catalogue, ${kFirstLoadBytes} allowed`);
    assert.equal(catalogues.length, 4);
    assert.ok(total <= kFirstLoadBytes, `${total} bytes`);
});

it('has no inline script or style and names no other host', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
    const code = html + readFileSync(join(dist, 'app.js'), 'utf8') + readFileSync(join(dist, 'app.css'), 'utf8');
    const hosts = [...code.matchAll(/https?:\/\/[^\s"'`)]+/g)].map((match) => match[0]).filter((address) => !address.startsWith('http://www.w3.org/'));
    assert.deepEqual(hosts, []);
});
