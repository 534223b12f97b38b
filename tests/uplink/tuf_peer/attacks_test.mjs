// The attacks that the specification wants a client to withstand (1.0.34, 1.5.2), as one table. Each begins with a client
// that trusts an honest repository. The attack is refused, the trusted state stays as it is byte for byte (but for what the
// specification itself lets go forward), nothing is handed out, and the honest repository is followed again afterwards.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { withClient } from './client.mjs';
import { Signer } from './keys.mjs';
import { Repository, inDays } from './repository.mjs';

const replaced = (role, change) => (repository) => {
    const json = JSON.parse(repository.published[role].pop());
    change(json);
    repository.published[role].push(Buffer.from(JSON.stringify(json)));
};
const serveEndlessly = (wanted) => (repository) => {
    repository.interfere = (request, response, path) => {
        if (!wanted(path)) return false;
        repository.sent = 0;
        response.writeHead(200);
        const more = () => {
            while (response.writable && repository.sent < 256 << 20) {
                repository.sent += 1 << 16;
                if (!response.write(Buffer.alloc(1 << 16, ' '))) return void response.once('drain', more);
            }
            response.end();
        };
        more();
        return true;
    };
};
const signedBy = (repository, role, signers) => { repository.signers[role] = signers; };
// Of two keys that a role needs, the thief has one.
const twoKeysOneStolen = (role) => ({
    before: (repository) => {
        repository.addKey(role);
        repository.root.roles[role].threshold = 2;
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
    },
    attack: (repository) => {
        signedBy(repository, role, [repository.signers[role][0]]);
        repository.addTarget('file', 'evil');
        repository.publish(...(role === 'root' ? ['root'] : ['targets', 'snapshot', 'timestamp']));
    },
});

// `refused`: what the client says. `forward`: roles that the specification takes before it finds the fault; the honest
// repository would have to go further before it is followed again. `at`: days from now. `heal`: what the honest owner does.
const attacks = [
    { name: 'arbitrary software: another file in place of the target', command: 'download',
        attack: (repository) => { repository.artifacts.file = Buffer.from('evil!!!'); }, refused: /bad-signature: the target file/ },
    { name: 'arbitrary software: a target that nobody signed for', command: 'download',
        attack: replaced('targets', (json) => { json.signed.targets.file.hashes.sha256 = '0'.repeat(64); }), refused: /bad-signature: targets/, refetch: 'targets' },
    { name: 'arbitrary software: metadata signed by a stranger',
        attack: (repository) => { signedBy(repository, 'timestamp', [new Signer()]); repository.publish('targets', 'snapshot', 'timestamp'); }, refused: /bad-signature: timestamp/ },
    { name: 'arbitrary software: a root signed by a stranger',
        attack: (repository) => { signedBy(repository, 'root', [new Signer()]); repository.publish('root'); }, refused: /bad-signature: root 2/ },
    { name: 'arbitrary software: a root that names the stranger and is signed by him alone',
        attack: (repository) => { repository.root.roles.root.keyIDs = []; signedBy(repository, 'root', []); repository.addKey('root'); repository.publish('root'); }, refused: /bad-signature: root 2/ },

    { name: 'rollback: an older timestamp', before: (repository) => repository.publish('timestamp'),
        attack: (repository) => { repository.published.timestamp.pop(); }, refused: /conflict: timestamp/ },
    { name: 'rollback: a newer timestamp of an older snapshot', before: (repository) => repository.publish('snapshot', 'timestamp'),
        attack: (repository) => { repository.timestamp.snapshotMeta.version = 1; repository.publish('timestamp'); }, refused: /conflict: timestamp/ },
    { name: 'rollback: a newer snapshot of older targets', before: (repository) => repository.publish('targets', 'snapshot', 'timestamp'), forward: ['timestamp'],
        attack: (repository) => { repository.snapshot.meta['targets.json'].version = 1; repository.publish('snapshot', 'timestamp'); }, refused: /conflict: snapshot/ },
    { name: 'rollback: a snapshot that no longer lists a role', forward: ['timestamp'],
        before: (repository) => { repository.delegate('targets', 'site'); repository.publish('site', 'targets', 'snapshot', 'timestamp'); },
        attack: (repository) => { delete repository.snapshot.meta['site.json']; repository.publish('snapshot', 'timestamp'); }, refused: /no longer lists site.json/ },
    { name: 'rollback: root version 1 in place of version 3', before: (repository) => repository.publish('root'),
        attack: (repository) => { repository.published.root.push(repository.published.root[0]); }, refused: /conflict: root 3/ },

    ...['root', 'timestamp', 'snapshot'].map((role) => ({ name: `indefinite freeze: a ${role} that nobody renews`, at: 20, refused: new RegExp(`expired: ${role}`),
        before: (repository) => { repository.signed[role].expires = inDays(10); repository.publish('root', 'snapshot', 'timestamp'); },
        heal: (repository) => { repository.signed[role].expires = inDays(60); repository.publish('root', 'snapshot', 'timestamp'); } })),
    { name: 'indefinite freeze: "unchanged" for ever', at: 20, refused: /expired: timestamp/,
        before: (repository) => {
            repository.timestamp.expires = inDays(10);
            repository.publish('timestamp');
            repository.interfere = (request, response, path) => path === 'metadata/timestamp.json' && response.writeHead(200, { etag: '"1"' }).end(repository.file('timestamp')) && true;
        },
        attack: (repository) => { repository.interfere = (request, response, path) => path === 'metadata/timestamp.json' && response.writeHead(304).end() && true; },
        heal: (repository) => { repository.timestamp.expires = inDays(60); repository.publish('timestamp'); } },
    { name: 'indefinite freeze: "unchanged", and nobody asked', refused: /was not asked that/,
        attack: (repository) => { repository.interfere = (request, response, path) => path === 'metadata/timestamp.json' && response.writeHead(304).end() && true; } },
    { name: 'indefinite freeze: the clock set back', at: -1, refused: /the clock says/ },

    { name: 'endless data: for root', attack: serveEndlessly((path) => path.endsWith('2.root.json')), refused: /larger than allowed/, most: 512 << 10 },
    { name: 'endless data: for the timestamp', attack: serveEndlessly((path) => path.endsWith('timestamp.json')), refused: /larger than allowed/, most: 16 << 10 },
    { name: 'endless data: for the snapshot', refused: /larger than allowed/, most: 2 << 20, forward: ['timestamp'],
        attack: (repository) => { repository.publish('snapshot', 'timestamp'); serveEndlessly((path) => path.endsWith('3.snapshot.json'))(repository); } },
    { name: 'endless data: for targets', refused: /larger than allowed/, most: 5 << 20, forward: ['timestamp', 'snapshot'],
        attack: (repository) => { repository.publish('targets', 'snapshot', 'timestamp'); serveEndlessly((path) => path.endsWith('targets.json'))(repository); } },
    { name: 'endless data: for a target', command: 'download', attack: serveEndlessly((path) => path.startsWith('targets/')), refused: /larger than allowed/, most: 7 },
    { name: 'endless data: a snapshot that is listed as very long', refused: /listed as larger/, forward: ['timestamp'],
        attack: (repository) => { repository.publish('snapshot'); repository.timestamp.snapshotMeta.length = 2 ** 40; repository.publish('timestamp'); } },

    { name: 'extraneous dependencies: a target that is listed where it is not delegated', command: 'download', target: 'lib/extra', refused: /not-found/, forward: ['timestamp', 'snapshot', 'targets', 'site'],
        attack: (repository) => {
            repository.delegate('targets', 'site', { paths: ['sites/*'] });
            repository.addTarget('lib/extra', 'evil', { role: 'site' });
            repository.publish('site', 'targets', 'snapshot', 'timestamp');
        } },

    { name: 'fast-forward: by a thief of the timestamp\'s key, until its key is replaced', command: 'recover', attack: (repository) => {
        repository.restart('timestamp', 2 ** 40);
        repository.publish('timestamp');
    } },

    { name: 'mix-and-match: targets of another snapshot', forward: ['timestamp', 'snapshot'], refused: /conflict: targets is not the version/,
        attack: (repository) => {
            repository.publish('targets', 'snapshot', 'timestamp', 'targets');
            repository.published.targets[2] = repository.published.targets[3];
        } },
    { name: 'mix-and-match: a snapshot of another timestamp', forward: ['timestamp'], refused: /conflict: snapshot/,
        attack: (repository) => {
            repository.publish('snapshot', 'timestamp', 'snapshot');
            repository.published.snapshot[2] = repository.published.snapshot[3];
        } },
    { name: 'mix-and-match: equal versions, other bytes', options: { hashes: true }, forward: ['timestamp', 'snapshot'], refused: /bad-signature: targets/,
        attack: (repository) => { repository.publish('targets', 'snapshot', 'timestamp'); repository.published.targets[2] = Buffer.from(repository.file('targets').toString().replace('\n', ' ')); } },

    { name: 'wrong software: a signed target in place of another', command: 'download', refused: /bad-signature: the target file/,
        attack: (repository) => { repository.artifacts.file = repository.artifacts.other; } },
    { name: 'wrong software: a role\'s metadata in place of another role\'s', forward: ['timestamp', 'snapshot'], refused: /this is not targets metadata/,
        attack: (repository) => { repository.addKey('targets', repository.signers.snapshot[0]); repository.publish('targets', 'snapshot', 'timestamp'); repository.published.targets[2] = repository.published.snapshot[2]; } },

    { name: 'malicious mirror: errors in place of everything', refused: /peer-busy/,
        attack: (repository) => { repository.interfere = (request, response) => response.writeHead(500).end() && true; } },
    { name: 'malicious mirror: nothing is there', refused: /not-found/,
        attack: (repository) => { repository.interfere = (request, response) => response.writeHead(404).end() && true; } },
    { name: 'malicious mirror: rubbish', refused: /bad-format/,
        attack: (repository) => { repository.interfere = (request, response) => response.writeHead(200).end('{"signed":[[[') && true; } },
    { name: 'malicious mirror: a broken line', refused: /network-down/,
        attack: (repository) => { repository.interfere = (request, response) => response.writeHead(200, { 'content-length': 999 }).write('{') && response.destroy() && true; } },
    { name: 'malicious mirror: sent elsewhere', refused: /peer-refused/,
        attack: (repository) => { repository.interfere = (request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() && true; } },

    { name: 'key compromise: one of two root keys', ...twoKeysOneStolen('root'), refused: /bad-signature: root 3/ },
    { name: 'key compromise: one of two timestamp keys', ...twoKeysOneStolen('timestamp'), refused: /bad-signature: timestamp/ },
    { name: 'key compromise: one of two snapshot keys', ...twoKeysOneStolen('snapshot'), refused: /bad-signature: snapshot/, forward: ['timestamp'] },
    { name: 'key compromise: one of two targets keys', ...twoKeysOneStolen('targets'), refused: /bad-signature: targets/, forward: ['timestamp', 'snapshot'] },
    { name: 'key compromise: all online keys, and no key of targets', refused: /bad-signature: targets/, forward: ['timestamp', 'snapshot'],
        attack: (repository) => { signedBy(repository, 'targets', repository.signers.snapshot); repository.addTarget('file', 'evil'); repository.publish('targets', 'snapshot', 'timestamp'); } },
];

async function setUp(client, repository, { before }) {
    repository.addTarget('file', 'content');
    repository.addTarget('other', 'another');
    repository.publish('targets', 'snapshot', 'timestamp');
    before?.(repository);
    assert.equal(await client.refresh(), 0, client.said);
    repository.asked();
}

function withoutForward(state, forward = []) {
    return state.filter(([name]) => !forward.includes(name.slice(0, -5)));
}

async function withstand(client, repository, attack) {
    await setUp(client, repository, attack);
    const trusted = withoutForward(client.state(), attack.forward);
    const honest = { published: structuredClone(repository.published), artifacts: { ...repository.artifacts } };
    if (attack.refetch) (await import('node:fs')).rmSync(`${client.metadata}/${attack.refetch}.json`);
    attack.attack?.(repository);
    const at = attack.at && { at: new Date(Date.now() + attack.at * 86_400_000) };
    const ended = attack.command === 'download' ? await client.download(attack.target ?? 'file', at) : await client.refresh(at);
    assert.equal(ended, 1);
    assert.match(client.said, attack.refused);
    assert.deepEqual(withoutForward(client.state(), attack.forward), attack.refetch ? trusted.filter(([name]) => name !== `${attack.refetch}.json`) : trusted);
    assert.deepEqual(client.downloaded(), []);
    if (attack.most) assert.ok(repository.sent < attack.most + (8 << 20), `${repository.sent} bytes were sent`);
    if (attack.forward) return;
    for (const role of Object.keys(honest.published)) honest.published[role] = honest.published[role].map((file) => Buffer.from(file));
    Object.assign(repository, honest, { interfere: null });
    attack.heal?.(repository);
    assert.equal(await client.download('file', attack.at > 0 ? at : {}), 0, client.said);
    assert.deepEqual(client.downloaded(), ['content']);
}

async function recover(client, repository, attack) {
    await setUp(client, repository, attack);
    attack.attack(repository);
    assert.equal(await client.refresh(), 0, client.said);
    repository.rotateKeys('timestamp');
    repository.restart('timestamp', 3);
    repository.addTarget('file', 'newer');
    repository.publish('root', 'targets', 'snapshot', 'timestamp');
    assert.equal(await client.download('file'), 0, client.said);
    assert.equal(client.version('timestamp'), 3);
    assert.deepEqual(client.downloaded(), ['newer']);
}

describe('refused', () => {
    for (const attack of attacks)
        it(attack.name, () => withClient({ repository: new Repository(attack.options) }, (client, repository) =>
            (attack.command === 'recover' ? recover : withstand)(client, repository, attack)));
});
