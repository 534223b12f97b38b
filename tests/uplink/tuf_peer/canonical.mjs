// Prints invented JSON and its canonical form by @tufjs/canonical-json: node canonical.mjs SEED. A line each, both in Base64.
import { canonicalize } from '@tufjs/canonical-json';

let state = Number(process.argv[2]) >>> 0 || 1;
const below = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
};
const characters = ['a', 'B', '0', '"', '\\', '/', '\n', '\t', '\u0000', '\u001f', '\u007f', 'ü', '€', '中', '\u2028', ' '];
const text = () => Array.from({ length: below(6) }, () => characters[below(characters.length)]).join('');
const value = (depth) => {
    switch (below(depth > 4 ? 5 : 7)) {
        case 0: return null;
        case 1: return below(2) === 0;
        case 2: return below(2 ** 31) * (below(2) === 0 ? 1 : -1);
        case 3: return below(2) === 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
        case 4: return text();
        case 5: return Array.from({ length: below(5) }, () => value(depth + 1));
        default: return Object.fromEntries(Array.from({ length: below(6) }, () => [text(), value(depth + 1)]));
    }
};
const base64 = (string) => Buffer.from(string).toString('base64');
for (let i = 0; i < 500; i++) {
    const one = { x: value(0) };
    console.log(`${base64(JSON.stringify(one, null, below(3)))} ${base64(canonicalize(one))}`);
}
