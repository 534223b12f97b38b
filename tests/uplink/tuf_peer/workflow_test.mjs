// The client workflow (specification 1.0.34, 5.2 to 5.6) against a repository that is not ours: what is asked for, what is
// kept, and what is left when something is wrong.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Key } from '@tufjs/models';

import { withClient } from './client.mjs';
import { Signer, keyKinds } from './keys.mjs';
import { Repository, inDays, topLevel } from './repository.mjs';

const test = (name, work, options = {}) => it(name, () => withClient({ repository: new Repository(options), ...options }, work));
const day = 86_400_000;

describe('a refresh', () => {
    test('asks for no more than it needs, and keeps the bytes that came', async (client, repository) => {
        repository.published.timestamp[0] = Buffer.concat([repository.file('timestamp'), Buffer.from(' \n')]);
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp', 'snapshot 1', 'targets 1']);
        for (const role of topLevel) assert.deepEqual(client.bytes(role), repository.file(role), role);
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp']);
    });
    test('without consistent snapshots asks for files without versions', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp', 'snapshot', 'targets']);
        assert.deepEqual(client.trusted(), { root: 1, snapshot: 1, targets: 1, timestamp: 1 });
    }, { consistent: false });
    test('comes before a target is looked for', async (client, repository) => {
        assert.equal(await client.download('no such target'), 1);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp', 'snapshot 1', 'targets 1']);
        assert.deepEqual(client.trusted(), { root: 1, snapshot: 1, targets: 1, timestamp: 1 });
    });
    test('goes on where a timestamp was taken and the rest was not there', async (client, repository) => {
        repository.publish('targets', 'snapshot', 'timestamp');
        const [missing] = repository.published.snapshot.splice(1);
        assert.equal(await client.refresh(), 1);
        repository.published.snapshot.push(missing);
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(client.trusted(), { root: 1, snapshot: 2, targets: 2, timestamp: 2 });
    });
    test('asks whether the timestamp changed, where the server names what it gave', async (client, repository) => {
        const asked = [];
        repository.interfere = (request, response, path) => {
            if (path !== 'metadata/timestamp.json') return false;
            const etag = `"${repository.timestamp.version}"`;
            asked.push(request.headers['if-none-match']);
            response.writeHead(asked.at(-1) === etag ? 304 : 200, { etag });
            response.end(asked.at(-1) === etag ? undefined : repository.file('timestamp'));
            return true;
        };
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(await client.refresh(), 0, client.said);
        repository.publish('targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(asked, [undefined, '"1"', '"1"']);
        assert.equal(client.version('targets'), 2);
    });
});

describe('the first root', () => {
    const bent = {
        'has no version': (json) => { delete json.signed.version; },
        'is not signed by its key': (json) => { json.signatures[0].sig = '3045022100'.padEnd(144, 'a'); },
    };
    for (const [name, change] of Object.entries(bent))
        test(`is not taken when it ${name}`, async (client, repository) => {
            const json = JSON.parse(repository.published.root[0]);
            change(json);
            assert.equal(await client.init(Buffer.from(JSON.stringify(json))), 1);
            assert.equal(await client.refresh(), 1);
            assert.deepEqual(repository.asked(), []);
        }, { trust: false });
    test('can be given again, and is not replaced by another', async (client, repository) => {
        assert.equal(await client.init(), 0, client.said);
        assert.equal(await client.init(new Repository().published.root[0]), 1);
        assert.match(client.said, /already-exists/);
        assert.deepEqual(client.bytes('root'), repository.published.root[0]);
    });
});

describe('what is not good', () => {
    const unsigned = { root: { root: 1 }, timestamp: { root: 2 }, snapshot: { root: 2, timestamp: 2 }, targets: { root: 2, snapshot: 2, timestamp: 2 } };
    for (const [role, trusted] of Object.entries(unsigned))
        test(`${role} without its signature, ends the refresh there`, async (client, repository) => {
            repository.signers[role].pop();
            repository.publish('root', 'targets', 'snapshot', 'timestamp');
            assert.equal(await client.refresh(), 1);
            assert.deepEqual(client.trusted(), trusted);
        });
    for (const role of ['root', 'snapshot', 'targets'])
        test(`${role} of another version than its name says`, async (client, repository) => {
            repository.signed[role].version += 1;
            repository.publish('root', 'targets', 'snapshot', 'timestamp');
            assert.equal(await client.refresh(), 1);
            assert.deepEqual(client.trusted(), unsigned[role]);
        });
    const absent = {
        timestamp: [['timestamp'], 'timestamp', { root: 1, snapshot: 1, targets: 1, timestamp: 1 }],
        snapshot: [['timestamp', 'snapshot'], 'snapshot 2', { root: 1, snapshot: 1, targets: 1, timestamp: 2 }],
        targets: [['timestamp', 'snapshot', 'targets'], 'targets 2', { root: 1, snapshot: 2, targets: 1, timestamp: 2 }],
    };
    for (const [role, [roles, last, trusted]] of Object.entries(absent))
        test(`${role} that is not there`, async (client, repository) => {
            assert.equal(await client.refresh(), 0, client.said);
            repository.publish(...roles.reverse());
            repository.published[role] = role === 'timestamp' ? [] : repository.published[role].slice(0, 1);
            assert.equal(await client.refresh(), 1);
            assert.equal(repository.asked().at(-1), last);
            assert.deepEqual(client.trusted(), trusted);
        });
    test('a snapshot, signed by the timestamp\'s key, in place of the timestamp', async (client, repository) => {
        repository.addKey('snapshot', repository.signers.timestamp[0]);
        repository.snapshot.meta['snapshot.json'] = repository.snapshot.meta['targets.json'];
        repository.publish('root', 'snapshot');
        repository.published.timestamp.push(repository.published.snapshot.pop());
        assert.equal(await client.refresh(), 1);
        assert.deepEqual(client.trusted(), { root: 2 });
    });
    test('targets with another hash than the snapshot gives', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        repository.publish('targets');
        repository.snapshot.meta['targets.json'].hashes.sha256 = '46'.repeat(32);
        repository.publish('snapshot', 'timestamp');
        assert.equal(await client.refresh(), 1);
        assert.deepEqual(client.trusted(), { root: 1, snapshot: 2, targets: 1, timestamp: 2 });
    }, { hashes: true });
    test('other content under the version that is trusted, is left alone', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        repository.timestamp.snapshotMeta.version = 100;
        repository.restart('timestamp');
        repository.publish('timestamp');
        repository.asked();
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp']);
        assert.equal(JSON.parse(client.bytes('timestamp')).signed.meta['snapshot.json'].version, 1);
    });
    test('targets that the snapshot does not name yet, are left alone', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        repository.publish('targets');
        repository.asked();
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp']);
    });
});

describe('keys', () => {
    for (const kind of keyKinds)
        test(`of type ${kind} count, and their bad signatures do not`, async (client, repository) => {
            const signer = repository.addKey('root', new Signer({ kind }));
            repository.root.roles.root.threshold = 2;
            repository.publish('root');
            assert.equal(await client.refresh(), 0, client.said);
            assert.equal(client.version('root'), 2);
            repository.publish('root');
            const good = JSON.parse(repository.published.root[1]).signatures;
            repository.bend('root', (json) => {  // a signature of that key, over something else
                json.signatures.find((s) => s.keyid === signer.keyID).sig = good.find((s) => s.keyid === signer.keyID).sig;
            });
            assert.equal(await client.refresh(), 1);
            assert.equal(client.version('root'), 2);
        });
    test('with members that nobody knows, in files with members that nobody knows', async (client, repository) => {
        repository.root.unrecognizedFields['custom-field'] = 'value';
        repository.root.roles.root.unrecognizedFields['another-field'] = ['ü', -1, null, { b: 1, a: 2 }];
        repository.addKey('root', new Signer({ extra: { 'extra-field': { a: 1, b: 2 } } }));
        repository.addKey('snapshot', new Signer({ extra: { keyid_hash_algorithms: 'md5' } }));
        repository.publish('root', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(client.bytes('root'), repository.file('root'));
    });
    // tuf-on-ci writes people who sign by sigstore so: a key without a public value.
    const identity = () => Key.fromJSON('oidc', { keytype: 'sigstore-oidc', scheme: 'Fulcio', keyval: { identity: 'a@example.org', issuer: 'https://example.org' } });
    test('of a type that nobody knows are kept, and hinder nobody', async (client, repository) => {
        repository.root.addKey(identity(), 'targets');
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(client.bytes('root'), repository.file('root'));
    });
    test('of a type that nobody knows do not count', async (client, repository) => {
        repository.root.addKey(identity(), 'targets');
        repository.root.roles.targets.threshold = 2;
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        repository.bend('targets', (json) => json.signatures.push({ keyid: 'oidc', sig: json.signatures[0].sig }));
        assert.equal(await client.refresh(), 1);
        assert.match(client.said, /bad-signature: targets/);
    });
    test('are named by what the signed files call them', async (client, repository) => {
        repository.rotateKeys('snapshot');
        repository.root.roles.snapshot.keyIDs = [];
        repository.signers.snapshot = [];
        repository.addKey('snapshot', new Signer({ keyID: 'the snapshot key' }));
        repository.publish('root', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 0, client.said);
    });
    const threshold = async (client, repository, change) => {
        repository.root.roles.snapshot.threshold = 3;
        repository.addKey('snapshot');
        change();
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        const ended = await client.refresh();
        assert.equal(client.version('root'), 2);
        return ended;
    };
    test('count up to the threshold', async (client, repository) =>
        assert.equal(await threshold(client, repository, () => repository.addKey('snapshot')), 0));
    test('that are too few do not do', async (client, repository) => {
        assert.equal(await threshold(client, repository, () => {}), 1);
        assert.equal(client.version('snapshot'), undefined);
    });
    test('that are listed and not there do not do', async (client, repository) =>
        assert.equal(await threshold(client, repository, () => repository.root.roles.snapshot.keyIDs.push('absent')), 1));
    test('under two names count once', async (client, repository) =>
        assert.equal(await threshold(client, repository, () => repository.addKey('snapshot', repository.signers.snapshot[0].alias('another name'))), 1));
    test('named twice in a role make the file unreadable', async (client, repository) => {
        repository.root.roles.snapshot.keyIDs.push(repository.root.roles.snapshot.keyIDs[0]);
        repository.publish('root', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 1);
        assert.deepEqual(client.trusted(), { root: 1 });
    });
    test('named twice among signatures make the file unreadable', async (client, repository) => {
        repository.bend('snapshot', (json) => json.signatures.push(json.signatures[0]));
        assert.equal(await client.refresh(), 1);
        assert.deepEqual(client.trusted(), { root: 1, timestamp: 1 });
    });
    for (const [name, sig] of [['of other bytes', '3046'.padEnd(144, 'b')], ['that is empty', ''], ['that is no hexadecimal', 'später']])
        test(`beside a good signature, one ${name} does no harm`, async (client, repository) => {
            repository.addKey('timestamp');
            repository.publish('root', 'timestamp');
            repository.bend('timestamp', (json) => { json.signatures[0].sig = sig; });
            assert.equal(await client.refresh(), 0, client.said);
        });
});

describe('time', () => {
    test('a root that has expired is kept, and ends the refresh', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        repository.root.expires = inDays(-1);
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh(), 1);
        assert.match(client.said, /expired: root/);
        assert.deepEqual(client.trusted(), { root: 2, snapshot: 1, targets: 1, timestamp: 1 });
    });
    test('an expired root on the way to one in force is no hindrance', async (client, repository) => {
        repository.root.expires = inDays(-1);
        repository.publish('root');
        repository.root.expires = inDays(1);
        repository.publish('root');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(client.version('root'), 3);
    });
    const left = { timestamp: { timestamp: 1, snapshot: 1, targets: 1 }, snapshot: { timestamp: 2, snapshot: 1, targets: 1 }, targets: { timestamp: 2, snapshot: 2, targets: 1 } };
    for (const [role, versions] of Object.entries(left))
        test(`${role} that has expired is not taken`, async (client, repository) => {
            assert.equal(await client.refresh(), 0, client.said);
            repository.signed[role].expires = inDays(-5);
            repository.publish('targets', 'snapshot', 'timestamp');
            assert.equal(await client.refresh(), 1);
            assert.deepEqual(client.trusted(), { root: 1, ...versions });
        });
    test('what has expired here still serves to reach what is new', async (client, repository) => {
        repository.timestamp.expires = inDays(7);
        repository.restart('timestamp');
        repository.publish('timestamp');
        assert.equal(await client.refresh(), 0, client.said);
        repository.timestamp.expires = inDays(21);
        repository.publish('targets', 'snapshot', 'timestamp');
        assert.equal(await client.refresh({ at: new Date(Date.now() + 18 * day) }), 0, client.said);
        assert.deepEqual(client.trusted(), { root: 1, snapshot: 2, targets: 2, timestamp: 2 });
    });
    test('is the machine\'s, even when it is told another', async (client, repository) => {
        repository.root.expires = inDays(7);
        repository.publish('root');
        assert.equal(await client.refresh(), 0, client.said);
        assert.equal(await client.refresh({ at: new Date(Date.now() + 8 * day) }), 1);
        assert.match(client.said, /expired: root/);
    });
    test('that went back is not believed', async (client) => {
        assert.equal(await client.refresh(), 0, client.said);
        const state = client.state();
        assert.equal(await client.refresh({ at: new Date(Date.now() - day) }), 1);
        assert.match(client.said, /the clock says .* and said .* before/);
        assert.deepEqual(client.state(), state);
        assert.equal(await client.refresh(), 0, client.said);
    });
});
