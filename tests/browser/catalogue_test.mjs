// The catalogues of the languages: none lacks a sentence, none keeps one that nothing shows, and no sentence stands in the
// code of the page instead of a catalogue.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import vm from 'node:vm';

const dist = process.env.GANTRY_UI_DIST ?? new URL('../../ui/dist', import.meta.url).pathname;
const source = new URL('../../ui/src', import.meta.url).pathname;
const modules = [join(dist, '../npm/node_modules'), new URL('../../ui/node_modules', import.meta.url).pathname];
const esbuild = createRequire(import.meta.url)(createRequire(import.meta.url).resolve('esbuild', { paths: modules }));

const languages = readdirSync(join(source, 'languages'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const english = (() => {
    const { outputFiles } = esbuild.buildSync({
        entryPoints: [join(source, 'texts.ts')], bundle: true, write: false, format: 'iife', globalName: 'texts', target: 'es2020',
    });
    const context = vm.createContext({ Intl });
    vm.runInContext(outputFiles[0].text, context);
    return vm.runInContext('texts.t', context);
})();

function catalogue(language) {
    const context = vm.createContext({ Intl });
    vm.runInContext(readFileSync(join(dist, `language-${language}.js`), 'utf8'), context);
    return context.gantryCatalogues[language];
}

/** Each text with its path, "board.open". */
function leaves(tree, path = '') {
    return Object.entries(tree).flatMap(([key, value]) => {
        const at = path ? `${path}.${key}` : key;
        return typeof value === 'object' && !Array.isArray(value) ? leaves(value, at) : [[at, value]];
    });
}

/** What a sentence says when its arguments are these; numbers, so that counted words can be chosen. */
const said = (text, args) => (typeof text === 'function' ? String(text(...args)) : String(text));

/** Arguments that a sentence takes over as they are. */
const mentioned = (text, args) => args.filter((arg) => said(text, args).includes(String(arg)));

const kArgs = [371, 482, 593];
/** The same in several languages: names, signs and the like. */
const kPlain = /^(product|title|locale)$/;

describe('catalogues', () => {
    for (const language of languages) {
        const own = new Map(leaves(catalogue(language)));
        const wanted = leaves(english);

        it(`${language} lacks no text and has none too many`, () => {
            assert.deepEqual(wanted.filter(([path]) => !own.has(path)).map(([path]) => path), []);
            const known = new Set(wanted.map(([path]) => path));
            assert.deepEqual([...own.keys()].filter((path) => !known.has(path)), []);
        });

        it(`${language} says what English says with each argument`, () => {
            const lost = wanted.filter(([path, text]) => {
                const args = kArgs.slice(0, typeof text === 'function' ? text.length : 0);
                return own.has(path) && String(mentioned(own.get(path), args)) !== String(mentioned(text, args));
            });
            assert.deepEqual(lost.map(([path]) => path), []);
        });

        it(`${language} has the same shortcuts as English`, () => {
            const keys = (texts) => String(texts.help.rows.map(([key]) => key));
            assert.equal(keys(catalogue(language)), keys(english));
        });

        it(`${language} is a translation, not English again`, () => {
            const same = wanted.filter(([path, text]) => typeof text === 'string' && text.split(' ').length > 2 && !kPlain.test(path) && own.get(path) === text);
            assert.deepEqual(same.map(([path]) => path), []);
        });
    }

    it('count as their languages do', () => {
        const images = (language, n) => catalogue(language).study.images(n);
        assert.equal(images('de', 1), '1 Bild');
        assert.equal(images('de', 1234), '1.234 Bilder');
        assert.equal(images('fr', 0), '0 image');  // CLDR: French counts 0 as one
        assert.equal(images('fr', 2), '2 images');
        assert.equal(images('es', 2), '2 imágenes');
        assert.equal(images('ja', 1), '画像 1 枚');
    });
});

const files = readdirSync(source).filter((name) => /\.tsx?$/.test(name) && !/^texts/.test(name));
const bare = (text) => text.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/(^|\s)\/\/.*$/gm, ' ');
const code = new Map(files.map((name) => [name, bare(readFileSync(join(source, name), 'utf8'))]));

/** Whether something shows the text: by its name, or by its group when a value chooses within it. */
function used(path, text) {
    const parts = path.split('.');
    if (new RegExp(`\\bt\\.${parts.join('\\.')}\\b`).test(text)) return true;
    return parts.slice(1).some((_, index) => {
        const group = parts.slice(0, index + 1).join('\\.');
        return new RegExp(`\\bt\\.${group}(?![\\w.])`).test(text);
    });
}

/** Sentences that stand in code: words between tags, in attributes that people read, and strings of several words. */
function literals(text) {
    const found = [
        ...text.matchAll(/>([^<>{}=;()]*[\p{L}]{2,}[^<>{}=;()]*)<\//gu),
        ...text.matchAll(/\s(?:title|alt|placeholder|aria-label)="([^"]*\p{L}{2,}[^"]*)"/gu),
        ...text.matchAll(/['"`]([A-Z][\p{L}’]+ [\p{L}’]+[^'"`]*)['"`]/gu),
    ];
    return [...new Set(found.map((match) => match[1].trim()))];
}

describe('code', () => {
    it('shows every text of the catalogue', () => {
        const all = [...code.values()].join('\n');
        assert.deepEqual(leaves(english).map(([path]) => path).filter((path) => !used(path, all)), []);
    });

    it('has no sentence of its own', () => {
        assert.deepEqual([...code].flatMap(([name, text]) => (name === 'language.ts' ? [] : literals(text).map((words) => `${name}: ${words}`))), []);
    });

    it('is searched by rules that find something', () => {
        const sample = '<p>Send it</p><img alt="A scan" /><b title="Open it">{t.board.open}</b>{busy ? \'Please wait\' : x}';
        assert.deepEqual(literals(sample).sort(), ['A scan', 'Open it', 'Please wait', 'Send it']);
        assert.equal(used('board.close', 't.board.open'), false);
        assert.equal(used('board.open', 't.board.open'), true);
        assert.equal(used('result.pass', 't.result[x]'), true);
    });
});
