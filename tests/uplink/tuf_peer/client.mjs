// gantry-tuf, run as a conformance suite runs it.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const program = process.env.GANTRY_TUF;
// In memory, where there is such a place: every refresh syncs its files, and there that costs nothing.
const scratch = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

export class Client {
    constructor(repository) {
        this.repository = repository;
        this.folder = fs.mkdtempSync(path.join(scratch, 'gantry-tuf-'));
        this.metadata = path.join(this.folder, 'metadata');
        this.targets = path.join(this.folder, 'targets');
        fs.mkdirSync(this.metadata);
        fs.mkdirSync(this.targets);
    }
    remove() {
        fs.rmSync(this.folder, { recursive: true });
    }

    // `at`: the time that the program believes it is.
    start(args, { at } = {}) {
        const faked = at ? ['faketime', at.toISOString().replace('T', ' ').replace('Z', '')] : [];
        const [command, ...rest] = [...faked, program, ...args];
        const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TZ: 'UTC' } });
        this.said = '';
        child.stderr.on('data', (data) => { this.said += data; });
        child.stdout.resume();
        child.ended = new Promise((resolve, reject) => {
            child.on('error', reject);
            child.on('close', (code, signal) => resolve(signal ?? code));
        });
        return child;
    }
    run(args, options) {
        return this.start(args, options).ended;
    }

    refreshArgs() {
        return ['--metadata-url', `${this.repository.url}metadata/`, '--metadata-dir', this.metadata, 'refresh'];
    }
    async init(root = this.repository.published.root[0]) {
        const file = path.join(this.folder, 'initial_root.json');
        fs.writeFileSync(file, root);
        return this.run(['--metadata-dir', this.metadata, 'init', file]);
    }
    refresh(options) {
        return this.run(this.refreshArgs(), options);
    }
    download(names, options) {
        const wanted = [names].flat().flatMap((name) => ['--target-name', name]);
        return this.run(['--metadata-url', `${this.repository.url}metadata/`, '--metadata-dir', this.metadata, ...wanted,
            '--target-base-url', `${this.repository.url}targets/`, '--target-dir', this.targets, 'download'], options);
    }

    bytes(role) {
        try {
            return fs.readFileSync(path.join(this.metadata, `${role}.json`));
        } catch {
            return undefined;
        }
    }
    version(role) {
        const bytes = this.bytes(role);
        return bytes && JSON.parse(bytes).signed.version;
    }
    // Every role that is trusted, with its version: { root: 2, timestamp: 1 }
    trusted() {
        const files = fs.readdirSync(this.metadata).filter((name) => name.endsWith('.json')).sort();
        return Object.fromEntries(files.map((name) => [name.slice(0, -5), JSON.parse(fs.readFileSync(path.join(this.metadata, name))).signed.version]));
    }
    // The whole trusted state, byte for byte.
    state() {
        const files = fs.readdirSync(this.metadata).filter((name) => name.endsWith('.json')).sort();
        return files.map((name) => [name, fs.readFileSync(path.join(this.metadata, name), 'utf8')]);
    }
    // What lies in the folder of targets for people to find, oldest first.
    downloaded() {
        return fs.readdirSync(this.targets, { recursive: true }).filter((name) => !path.basename(name).startsWith('.'))
            .map((name) => path.join(this.targets, name)).filter((file) => fs.statSync(file).isFile())
            .sort((a, b) => fs.statSync(a).mtimeMs - fs.statSync(b).mtimeMs).map((file) => fs.readFileSync(file, 'utf8'));
    }
}

// A test with a repository that is served and a client that trusts its first root.
export async function withClient(options, work) {
    const { repository, trust = true } = options;
    await repository.start();
    const client = new Client(repository);
    try {
        if (trust && await client.init() !== 0) throw new Error(client.said);
        await work(client, repository);
    } finally {
        client.remove();
        await repository.stop();
    }
}
