// Changes of keys (5.3) and what is remembered against going back (5.4.3, 5.5.5), with recovery from fast-forward (5.3.11).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { withClient } from './client.mjs';
import { Signer } from './keys.mjs';
import { Repository } from './repository.mjs';

const test = (name, work, options = {}) => it(name, () => withClient({ repository: new Repository(options), ...options }, work));

// [keys of the role, its threshold, keys that sign] for each version; `refused`: the last version must not be taken.
const rootRotations = {
    'a new key, signed for by the old one': [[[1], 1, [1]], [[2], 1, [2, 1]], [[2], 1, [2]]],
    'beside signatures of strangers': [[[1], 1, [3, 1, 4]], [[2], 1, [3, 2, 1, 4]], [[2], 1, [3, 2, 4]]],
    'other three of five each time': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[0, 1, 2, 3, 4], 3, [0, 4, 1]], [[0, 1, 2, 3, 4], 3, [0, 1, 3]]],
    'one of five replaced': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[0, 1, 3, 4, 5], 3, [0, 4, 1]]],
    'one of five replaced, by way of more signatures': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[0, 1, 3, 4, 5], 3, [0, 2, 4, 5]], [[0, 1, 3, 4, 5], 3, [0, 4, 5]]],
    'all five replaced': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]], [[5, 6, 7, 8, 9], 3, [5, 6, 7]]],
    'a higher threshold': [[[1, 2, 3], 1, [1]], [[1, 2, 3], 2, [1, 2]]],
    'a lower threshold': [[[1, 2, 3], 2, [1, 2]], [[1, 2, 3], 1, [1, 2]], [[1, 2, 3], 1, [1]]],
    'one key more': [[[1], 1, [1]], [[1, 2], 2, [1, 2]]],
    'refused: not signed by the old key': [[[1], 1, [1]], [[2], 1, [2, 3, 4]]],
    'refused: not signed by the new key': [[[1], 1, [1]], [[2], 1, [1, 3, 4]]],
    'refused: too few of the new keys': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[0, 1, 3, 4, 5], 3, [0, 2, 4]]],
    'refused: too few of the old keys': [[[0, 1, 2, 3, 4], 3, [0, 2, 4]], [[0, 1, 3, 4, 5], 3, [0, 4, 5]]],
    'refused: the higher threshold not met': [[[1, 2, 3], 1, [1]], [[1, 2, 3], 2, [2]]],
    'refused: the former, higher threshold not met': [[[1, 2, 3], 2, [1, 2]], [[1, 2, 3], 1, [1]]],
};

const otherRotations = {
    'a new key': [[2], 1, [2]],
    'beside signatures of strangers': [[1], 1, [3, 1, 4]],
    'refused: only signed by others': [[2], 1, [1, 3, 4]],
    'refused: two of three, and one that is no longer a key': [[0, 1, 3, 4, 5], 3, [0, 2, 4]],
    'refused: two of three': [[0, 1, 3, 4, 5], 3, [0, 4]],
    'three of five': [[0, 1, 2, 3, 4], 3, [2, 3, 4]],
};

const tenSigners = () => Array.from({ length: 10 }, () => new Signer({ kind: 'ed25519' }));

function setKeys(repository, role, signers, [keys, threshold, signing]) {
    Object.assign(repository.root.roles[role], { keyIDs: [], threshold });
    for (const i of keys) repository.root.addKey(signers[i].key, role);
    repository.signers[role] = signing.map((i) => signers[i]);
}

describe('root', () => {
    for (const [name, versions] of Object.entries(rootRotations))
        test(name, async (client, repository) => {
            const signers = tenSigners();
            repository.restart('root');
            for (const version of versions) {
                setKeys(repository, 'root', signers, version);
                repository.publish('root');
            }
            repository.publish('targets', 'snapshot', 'timestamp');
            assert.equal(await client.init(), 0, client.said);
            const refused = name.startsWith('refused');
            assert.equal(await client.refresh(), refused ? 1 : 0, client.said);
            assert.deepEqual(client.bytes('root'), repository.published.root.at(refused ? -2 : -1));
        }, { trust: false });
});

describe('timestamp, snapshot and targets', () => {
    for (const [name, version] of Object.entries(otherRotations))
        test(name, async (client, repository) => {
            const signers = tenSigners();
            for (const role of ['timestamp', 'snapshot', 'targets']) {
                setKeys(repository, role, signers, version);
                repository.publish('root', 'targets', 'snapshot', 'timestamp');
                const refused = name.startsWith('refused');
                assert.equal(await client.refresh(), refused ? 1 : 0, client.said);
                if (refused) return;
                assert.deepEqual(client.bytes(role), repository.file(role));
            }
        });
});

describe('going back is refused', () => {
    for (const hashes of [false, true]) {
        const with_ = hashes ? 'with hashes' : 'without hashes';
        test(`of the snapshot, ${with_}`, async (client, repository) => {
            repository.publish('snapshot', 'timestamp');
            assert.equal(await client.refresh(), 0, client.said);
            repository.restart('snapshot');
            repository.publish('snapshot', 'timestamp');
            repository.asked();
            assert.equal(await client.refresh(), 1);
            assert.deepEqual(repository.asked(), ['root 2', 'timestamp']);
            assert.deepEqual(client.trusted(), { root: 1, snapshot: 2, targets: 1, timestamp: 2 });
        }, { hashes });
        test(`of targets, ${with_}`, async (client, repository) => {
            repository.publish('targets', 'snapshot', 'timestamp');
            assert.equal(await client.refresh(), 0, client.said);
            repository.restart('targets');
            repository.publish('targets', 'snapshot', 'timestamp');
            assert.equal(await client.refresh(), 1);
            assert.deepEqual(client.trusted(), { root: 1, snapshot: 2, targets: 2, timestamp: 3 });
        }, { hashes });
    }
    test('of the timestamp', async (client, repository) => {
        repository.publish('timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        repository.restart('timestamp');
        repository.publish('timestamp');
        assert.equal(await client.refresh(), 1);
        assert.match(client.said, /conflict: timestamp/);
        assert.equal(client.version('timestamp'), 2);
    });
    test('of a role that vanishes from the snapshot', async (client, repository) => {
        repository.delegate('targets', 'gone');
        repository.publish('gone', 'targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        delete repository.snapshot.meta['gone.json'];
        repository.publish('snapshot', 'timestamp');
        assert.equal(await client.refresh(), 1);
        assert.equal(client.version('snapshot'), 2);
    });
    test('while only one key more came to the role', async (client, repository) => {
        for (let i = 0; i < 4; i++) repository.publish('timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        repository.addKey('timestamp');
        repository.restart('timestamp');
        repository.publish('root', 'timestamp');
        assert.equal(await client.refresh(), 1);
        assert.equal(client.version('timestamp'), 5);
    });
});

describe('after a fast-forward, new keys bring the client back', () => {
    test('of the timestamp', async (client, repository) => {
        repository.restart('timestamp', 99_999);
        repository.publish('timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        repository.rotateKeys('timestamp');
        repository.restart('timestamp');
        repository.publish('root', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('timestamp'), 1);
    });
    test('of the snapshot', async (client, repository) => {
        for (let i = 0; i < 99; i++) repository.publish('snapshot');
        repository.publish('timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('snapshot'), 100);
        repository.rotateKeys('snapshot');
        repository.rotateKeys('timestamp');
        repository.restart('snapshot');
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('snapshot'), 1);
    });
    test('of the snapshot, when its key alone is new', async (client, repository) => {
        for (let i = 0; i < 99; i++) repository.publish('snapshot');
        repository.publish('timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        repository.rotateKeys('snapshot');
        repository.restart('snapshot');
        repository.publish('root', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('snapshot'), 1);
    });
    test('of targets', async (client, repository) => {
        for (let i = 0; i < 99; i++) repository.publish('targets');
        repository.publish('snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('targets'), 100);
        repository.rotateKeys('snapshot');
        repository.restart('targets');
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('targets'), 1);
    });
});
