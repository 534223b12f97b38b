// A TUF repository in memory, made of tuf-js's models and served on loopback. Everything in it can be bent.
import crypto from 'node:crypto';
import http from 'node:http';

import { Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { Delegations } from '@tufjs/models/dist/delegations.js';
import { DelegatedRole, SuccinctRoles } from '@tufjs/models/dist/role.js';

import { Signer } from './keys.mjs';

export const topLevel = ['root', 'timestamp', 'snapshot', 'targets'];
const hex = (algorithm, data) => crypto.createHash(algorithm).update(data).digest('hex');

export function inDays(days) {
    return new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
}

export class Repository {
    // `hashes`: timestamp and snapshot give length and hash of what they name.
    constructor({ consistent = true, hashes = false } = {}) {
        const common = { version: 1, expires: inDays(30) };
        this.hashes = hashes;
        this.signed = {
            root: new Root({ ...common, consistentSnapshot: consistent }),
            timestamp: new Timestamp({ ...common, snapshotMeta: new MetaFile({ version: 1 }) }),
            snapshot: new Snapshot({ ...common, meta: { 'targets.json': new MetaFile({ version: 1 }) } }),
            targets: new Targets({ ...common }),
        };
        this.signers = {};
        this.published = {};   // role: its files, oldest first; the n-th is served as version n
        this.artifacts = {};   // path: bytes
        this.requests = [];    // what was asked for: 'root 2', 'timestamp', 'targets/HASH.name'
        this.interfere = null; // (request, response, path) => true when it has answered
        for (const role of topLevel) this.addKey(role, new Signer());
        this.publish('targets', 'snapshot', 'timestamp', 'root');
    }

    get root() { return this.signed.root; }
    get timestamp() { return this.signed.timestamp; }
    get snapshot() { return this.signed.snapshot; }
    get targets() { return this.signed.targets; }

    addSigner(role, signer) {
        (this.signers[role] ??= []).push(signer);
        return signer;
    }
    addKey(role, signer = new Signer()) {
        this.root.addKey(signer.key, role);
        return this.addSigner(role, signer);
    }
    // Every key of a top-level role goes, as many new ones come.
    rotateKeys(role) {
        const many = this.root.roles[role].keyIDs.length;
        this.root.roles[role].keyIDs = [];
        this.signers[role] = [];
        for (let i = 0; i < many; i++) this.addKey(role);
    }

    sign(role) {
        const metadata = new Metadata(this.signed[role]);
        for (const signer of this.signers[role]) metadata.sign((data) => signer.sign(data));
        return Buffer.from(JSON.stringify(metadata.toJSON(), null, 1));
    }
    // Signs and serves the next version of each role; the first is version 1. What names a role follows it.
    publish(...roles) {
        for (const role of roles) {
            const files = (this.published[role] ??= []);
            if (files.length > 0) this.signed[role].version += 1;
            const file = this.sign(role);
            files.push(file);
            const meta = this.metaOf(role, file);
            if (role === 'snapshot') this.timestamp.snapshotMeta = meta;
            else if (role !== 'root' && role !== 'timestamp') this.snapshot.meta[`${role}.json`] = meta;
        }
    }
    metaOf(role, file) {
        const version = this.signed[role].version;
        return this.hashes ? new MetaFile({ version, length: file.length, hashes: { sha256: hex('sha256', file) } }) : new MetaFile({ version });
    }
    // Serves a role anew from a version on, as an attacker with its keys would.
    restart(role, version = 1) {
        this.published[role] = [];
        this.signed[role].version = version;
    }
    file(role) { return this.published[role].at(-1); }
    // Changes the file that is served last, after it was signed.
    bend(role, change) {
        const json = JSON.parse(this.published[role].pop());
        change(json);
        this.published[role].push(Buffer.from(JSON.stringify(json)));
    }

    addTarget(path, data, { role = 'targets', algorithms = ['sha256'], custom } = {}) {
        const bytes = Buffer.from(data);
        const hashes = Object.fromEntries(algorithms.map((algorithm) => [algorithm, hex(algorithm, bytes)]));
        this.signed[role].addTarget(new TargetFile({ path, length: bytes.length, hashes, unrecognizedFields: custom ? { custom } : {} }));
        this.artifacts[path] = bytes;
    }
    delegate(from, name, { paths, pathHashPrefixes, terminating = false, threshold = 1, signers = [new Signer()], expires } = {}) {
        const delegations = (this.signed[from].delegations ??= new Delegations({ keys: {}, roles: {} }));
        for (const signer of signers) delegations.keys[signer.keyID] = signer.key;
        const given = pathHashPrefixes ? { pathHashPrefixes } : { paths: paths ?? ['*'] };
        delegations.roles[name] = new DelegatedRole({ name, keyIDs: signers.map((s) => s.keyID), threshold, terminating, ...given });
        this.signed[name] ??= new Targets({ version: 1, expires: expires ?? inDays(30) });
        for (const signer of signers) if (!this.signers[name]?.includes(signer)) this.addSigner(name, signer);
        return signers;
    }
    delegateBins(from, bitLength, namePrefix, signer = new Signer()) {
        const succinctRoles = new SuccinctRoles({ keyIDs: [signer.keyID], threshold: 1, bitLength, namePrefix });
        this.signed[from].delegations = new Delegations({ keys: { [signer.keyID]: signer.key }, succinctRoles });
        for (const name of succinctRoles.getRoles()) {
            this.signed[name] = new Targets({ version: 1, expires: inDays(30) });
            this.addSigner(name, signer);
        }
        return [...succinctRoles.getRoles()];
    }

    answer(path) {
        if (path.startsWith('metadata/') && path.endsWith('.json')) return this.metadata(path.slice('metadata/'.length, -'.json'.length));
        if (!path.startsWith('targets/')) return undefined;
        this.requests.push(path);
        return this.target(path.slice('targets/'.length));
    }
    metadata(name) {
        const versioned = name.startsWith(`${parseInt(name, 10)}.`) && (this.root.consistentSnapshot || name.endsWith('.root'));
        const [version, encoded] = versioned ? [parseInt(name, 10), name.slice(name.indexOf('.') + 1)] : [0, name];
        this.requests.push(version ? `${encoded} ${version}` : encoded);
        const files = this.published[decodeURIComponent(encoded)] ?? [];
        return version ? files[version - 1] : files.at(-1);
    }
    target(path) {
        if (!this.root.consistentSnapshot) return this.artifacts[decodeURIComponent(path)];
        const slash = path.lastIndexOf('/') + 1;
        return this.artifacts[decodeURIComponent(path.slice(0, slash) + path.slice(path.indexOf('.', slash) + 1))];
    }

    async start() {
        this.server = http.createServer((request, response) => {
            const path = request.url.slice(1);
            if (this.interfere?.(request, response, path)) return;
            const body = this.answer(path);
            response.writeHead(body ? 200 : 404);
            response.end(body);
        });
        await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        this.url = `http://127.0.0.1:${this.server.address().port}/`;
    }
    async stop() {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }
    // What was asked since the last call.
    asked() {
        return this.requests.splice(0);
    }
}
