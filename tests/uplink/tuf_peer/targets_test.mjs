// Finding and fetching targets (5.6.7, 5.7), through delegations that are not ours.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { describe, it } from 'node:test';

import { withClient } from './client.mjs';
import { Signer } from './keys.mjs';
import { Repository, inDays } from './repository.mjs';

const test = (name, work, options = {}) => it(name, () => withClient({ repository: new Repository(options), ...options }, work));
const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const day = 86_400_000;
const publishAll = (repository, roles) => repository.publish(...roles, 'targets', 'snapshot', 'timestamp');
const beyondTopLevel = (repository) => repository.asked().slice(4).filter((name) => !name.startsWith('targets/'));

describe('a target', () => {
    for (const path of ['file.txt', 'path/to/a/file.txt', 'with space/and ü.txt'])
        test(`${path} arrives under a name that holds its hash`, async (client, repository) => {
            repository.addTarget(path, 'content');
            publishAll(repository, []);
            assert.equal(await client.download(path), 0, client.said);
            assert.deepEqual(client.downloaded(), ['content']);
            const [asked] = repository.asked().filter((name) => name.startsWith('targets/'));
            assert.equal(decodeURIComponent(asked).split('/').at(-1), `${sha256('content')}.${path.split('/').at(-1)}`);
        });
    test('without consistent snapshots arrives under its own name', async (client, repository) => {
        repository.addTarget('a/file.txt', 'content');
        publishAll(repository, []);
        assert.equal(await client.download('a/file.txt'), 0, client.said);
        assert.equal(repository.asked().at(-1), 'targets/a/file.txt');
    }, { consistent: false });
    for (const algorithms of [['sha256'], ['sha512'], ['sha256', 'sha512'], ['sha384', 'sha512']])
        test(`is checked by ${algorithms}`, async (client, repository) => {
            repository.addTarget('file', 'content', { algorithms });
            publishAll(repository, []);
            assert.equal(await client.download('file'), 0, client.said);
            const names = algorithms.map((algorithm) => `targets/${repository.targets.targets.file.hashes[algorithm]}.file`);
            assert.ok(names.includes(repository.asked().at(-1)));
            repository.targets.targets.file.hashes[algorithms.at(-1)] = '0'.repeat(64);
            repository.addTarget('other', 'content');
            publishAll(repository, []);
            assert.equal(await client.download('file'), 1);
        });
    for (const hashes of [{ 'unknown-hash': '00' }, { sha256: sha256('content'), 'unknown-hash': '00' }, { md5: '9a0364b9e99bb480dd25e1f0284c8555' }])
        test(`is refused with ${Object.keys(hashes)}`, async (client, repository) => {
            repository.addTarget('file', 'content');
            repository.targets.targets.file.hashes = hashes;
            publishAll(repository, []);
            assert.equal(await client.download('file'), 1);
            assert.deepEqual(client.downloaded(), []);
        });
    test('that is here is not fetched again, and one that changed takes its place', async (client, repository) => {
        repository.addTarget('file', 'first');
        publishAll(repository, []);
        assert.equal(await client.download('file'), 0, client.said);
        repository.asked();
        assert.equal(await client.download('file'), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp']);
        repository.addTarget('file', 'second');
        repository.addTarget('other', 'another');
        publishAll(repository, []);
        assert.equal(await client.download(['file', 'other']), 0, client.said);
        assert.deepEqual(client.downloaded(), ['second', 'another']);
    });
    test('that others put in its place is refused, and nothing of it stays', async (client, repository) => {
        repository.addTarget('here', 'content');
        repository.addTarget('elsewhere', 'content of the other');
        publishAll(repository, []);
        assert.equal(await client.download('here'), 0, client.said);
        repository.artifacts.here = repository.artifacts.elsewhere = Buffer.from('something else!!!!!!');
        assert.equal(await client.download('here'), 0, client.said);
        assert.equal(await client.download('elsewhere'), 1);
        assert.deepEqual(client.downloaded(), ['content']);
        assert.deepEqual(fs.readdirSync(client.targets).sort(), ['.lock', 'here']);
    });
    test('that is shorter than was signed for is refused, whatever its hash', async (client, repository) => {
        repository.addTarget('file', 'content');
        repository.targets.targets.file.length += 1;
        publishAll(repository, []);
        assert.equal(await client.download('file'), 1);
        assert.match(client.said, /shorter than was signed for/);
    });
    for (const path of ['.lock', '.file.part', '.hidden'])
        test(`${path} is a name like any other`, async (client, repository) => {
            repository.addTarget(path, 'content');
            publishAll(repository, []);
            assert.equal(await client.download(path), 0, client.said);
            assert.deepEqual(client.downloaded(), ['content']);
        });
    test('whose path climbs out of its folder is refused', async (client, repository) => {
        repository.addTarget('a/../../file', 'content');
        publishAll(repository, []);
        assert.equal(await client.download('a/../../file'), 1);
        assert.equal(repository.asked().at(-1), 'targets 2');
    });
});

// [who delegates, to whom, options]; then the roles that a search for "missing" visits, in order.
const graphs = {
    'one': [[['targets', 'A']], ['A']],
    'two': [[['targets', 'A'], ['targets', 'B']], ['A', 'B']],
    'two levels': [[['targets', 'A'], ['targets', 'B'], ['B', 'C']], ['A', 'B', 'C']],
    'depth first': [[['targets', 'A'], ['targets', 'B'], ['A', 'C'], ['A', 'D']], ['A', 'C', 'D', 'B']],
    'three levels': [[['targets', 'A'], ['targets', 'B'], ['A', 'C'], ['C', 'D']], ['A', 'C', 'D', 'B']],
    'terminating': [[['targets', 'A'], ['targets', 'B'], ['A', 'C', { terminating: true }], ['A', 'D']], ['A', 'C']],
    'terminating, with descendants': [[['targets', 'A'], ['targets', 'B'], ['A', 'C', { terminating: true }], ['C', 'D']], ['A', 'C', 'D']],
    'paths that do not match': [[['targets', 'A', { paths: ['*.py'] }], ['targets', 'B'], ['A', 'C']], ['B']],
    'paths that do not match, deeper': [[['targets', 'A'], ['targets', 'B'], ['A', 'C', { paths: ['*.py'] }], ['C', 'D']], ['A', 'B']],
    'a circle': [[['targets', 'A'], ['targets', 'B'], ['B', 'C'], ['C', 'D'], ['D', 'B']], ['A', 'B', 'C', 'D']],
    'two ways to one': [[['targets', 'A'], ['targets', 'B'], ['B', 'C'], ['A', 'C']], ['A', 'C', 'B']],
    'one way to one': [[['targets', 'A'], ['targets', 'B'], ['B', 'C'], ['A', 'C', { paths: ['*.py'] }]], ['A', 'B', 'C']],
    'by hash': [[['targets', 'A', { pathHashPrefixes: ['00'] }], ['targets', 'B', { pathHashPrefixes: [sha256('missing').slice(0, 3)] }]], ['B']],
};

function build(repository, delegations) {
    const roles = new Set();
    const signers = {};
    for (const [from, to, options] of delegations) {
        signers[to] = repository.delegate(from, to, { signers: signers[to], ...options });
        roles.add(to);
        if (from !== 'targets') roles.add(from);
    }
    return [...roles];
}

describe('a search visits', () => {
    for (const [name, [delegations, visited]] of Object.entries(graphs))
        test(name, async (client, repository) => {
            publishAll(repository, build(repository, delegations));
            assert.equal(await client.download('missing'), 1);
            assert.deepEqual(beyondTopLevel(repository), visited.map((role) => `${role} 1`));
        });
    test('no more roles than it may', async (client, repository) => {
        const names = Array.from({ length: 40 }, (_, i) => `role${i}`);
        publishAll(repository, build(repository, names.map((name) => ['targets', name])));
        assert.equal(await client.download('missing'), 1);
        assert.equal(beyondTopLevel(repository).length, 32);
    });
    const bins = { boo: [1, 'bin-0'], too: [1, 'bin-1'], foo: [2, 'bin-0'], doo: [2, 'bin-1'], bar: [8, 'bin-fc'] };
    for (const [path, [bits, bin]] of Object.entries(bins))
        test(`of ${2 ** bits} bins the one of ${path}`, async (client, repository) => {
            const names = repository.delegateBins('targets', bits, 'bin');
            repository.addTarget(path, 'content', { role: bin });
            publishAll(repository, names);
            assert.equal(await client.download(path), 0, client.said);
            assert.deepEqual(beyondTopLevel(repository), [`${bin} 1`]);
        });
});

describe('a search finds', () => {
    const tree = [['targets', 'A', { paths: ['*.doc', '*.md'] }], ['targets', 'B', { paths: ['releases/*/*'] }],
        ['B', 'C', { paths: ['releases/x/*'] }], ['B', 'D', { paths: ['releases/y/*.zip'] }]];
    const places = { 'file': 'targets', 'README.md': 'A', 'releases/x/x_v1': 'C', 'releases/y/y_v1.zip': 'D', 'releases/z/z_v1.zip': 'D' };
    const visited = { 'file': [], 'README.md': ['A'], 'releases/x/x_v1': ['B', 'C'], 'releases/y/y_v1.zip': ['B', 'D'], 'releases/z/z_v1.zip': ['B'] };
    for (const [path, roles] of Object.entries(visited))
        test(path === 'releases/z/z_v1.zip' ? 'nothing that the chain does not delegate' : path, async (client, repository) => {
            const all = build(repository, tree);
            for (const [place, role] of Object.entries(places)) repository.addTarget(place, `of ${role}`, { role });
            publishAll(repository, all);
            const found = !path.startsWith('releases/z');
            assert.equal(await client.download(path), found ? 0 : 1, client.said);
            assert.deepEqual(beyondTopLevel(repository), roles.map((role) => `${role} 1`));
            assert.deepEqual(client.downloaded(), found ? [`of ${places[path]}`] : []);
        });
    test('the word of the role that is trusted more', async (client, repository) => {
        const all = build(repository, [['targets', 'A'], ['targets', 'B']]);
        repository.addTarget('file', 'of A', { role: 'A' });
        repository.addTarget('file', 'of B', { role: 'B' });
        repository.artifacts.file = Buffer.from('of A');
        publishAll(repository, all);
        assert.equal(await client.download('file'), 0, client.said);
        assert.deepEqual(client.downloaded(), ['of A']);
    });
    // A and B each trust a C of their own key; the file that is served is signed by A's.
    test('nothing in a role by the word of another who trusts a role of that name', async (client, repository) => {
        const signers = repository.delegate('targets', 'A', { paths: ['a/*'] }) && repository.delegate('A', 'C');
        repository.delegate('targets', 'B', { paths: ['b/*'] });
        repository.delegate('B', 'C', { signers: [new Signer()] });
        repository.signers.C = signers;
        repository.signed.A.delegations.roles.C.paths = ['*/*'];
        repository.signed.B.delegations.roles.C.paths = ['*/*'];
        repository.addTarget('a/file', 'of a', { role: 'C' });
        repository.addTarget('b/file', 'of b', { role: 'C' });
        publishAll(repository, ['A', 'B', 'C']);
        assert.equal(await client.download('a/file'), 0, client.said);
        assert.equal(await client.download(['a/file', 'b/file']), 1);
        assert.deepEqual(client.downloaded(), ['of a']);
    });
    for (const name of ['?', '#', '/delegatedrole', '../delegatedrole', '.', 'ü%41'])
        test(`a role that is named ${name}`, async (client, repository) => {
            repository.delegate('targets', name);
            repository.addTarget('file', 'content', { role: name });
            publishAll(repository, [name]);
            assert.equal(await client.download('file'), 0, client.said);
            assert.ok(repository.asked().includes(`${encodeURIComponent(name)} 1`));
            assert.equal(Object.keys(client.trusted()).length, 5);
        });
    test('nothing through a role that would be another\'s file', async (client, repository) => {
        repository.delegate('targets', 'root');
        publishAll(repository, []);
        assert.equal(await client.refresh(), 1);
        assert.match(client.said, /a name that is not its to have/);
    });
});

describe('a delegated role that has expired', () => {
    const delegated = (repository, expires) => {
        repository.delegate('targets', 'delegated', { paths: ['d/*'], expires });
        repository.addTarget('d/first', 'first', { role: 'delegated' });
        repository.addTarget('d/second', 'second', { role: 'delegated' });
        publishAll(repository, ['delegated']);
    };
    test('is not taken', async (client, repository) => {
        delegated(repository, inDays(-1));
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(await client.download('d/first'), 1);
        assert.deepEqual(client.downloaded(), []);
        assert.deepEqual(client.trusted(), { root: 1, snapshot: 2, targets: 2, timestamp: 2 });
    });
    test('since it was taken is not used, until there is a newer one', async (client, repository) => {
        delegated(repository, inDays(7));
        assert.equal(await client.download('d/first'), 0, client.said);
        const at = new Date(Date.now() + 18 * day);
        assert.equal(await client.download('d/second', { at }), 1);
        assert.deepEqual(client.downloaded(), ['first']);
        repository.signed.delegated.expires = inDays(21);
        repository.publish('delegated', 'snapshot', 'timestamp');
        assert.equal(await client.download('d/second', { at }), 0, client.said);
        assert.deepEqual(client.downloaded(), ['first', 'second']);
    });
});
