// Bad days of the client itself: killed at any moment, several at once, files that were damaged.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

import { withClient } from './client.mjs';
import { Repository, topLevel } from './repository.mjs';

const test = (name, work, options = {}) => it(name, () => withClient({ repository: new Repository(options), ...options }, work));

describe('kill -9', () => {
    // The n-th request is answered, and the client dies at once, while it takes the answer and writes.
    test('at each request leaves a store that the next refresh brings up to date', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        let answered = 0;
        for (let n = 1; n <= 6; n++) {
            repository.addTarget('file', `content ${n}`);
            repository.publish('root', 'targets', 'snapshot', 'timestamp');
            answered = 0;
            let child = null;
            repository.interfere = (request, response) => {
                if (++answered === n) response.once('finish', () => child.kill('SIGKILL'));
                return false;
            };
            child = client.start(client.refreshArgs());
            await child.ended;
            repository.interfere = null;
            for (const [name, text] of client.state()) assert.doesNotThrow(() => JSON.parse(text), name);
            assert.equal(await client.download('file'), 0, client.said);
            for (const role of topLevel) assert.deepEqual(client.bytes(role), repository.file(role), role);
            assert.deepEqual(client.downloaded(), [`content ${n}`]);
        }
    });
    test('in the middle of a target leaves nothing of it in sight', async (client, repository) => {
        repository.addTarget('large', Buffer.alloc(4 << 20, 'x'));
        repository.publish('targets', 'snapshot', 'timestamp');
        let child = null;
        repository.interfere = (request, response, asked) => {
            if (!asked.startsWith('targets/')) return false;
            response.writeHead(200, { 'content-length': 4 << 20 });
            response.write(Buffer.alloc(2 << 20, 'x'), () => child.kill('SIGKILL'));
            return true;
        };
        child = client.start(['--metadata-url', `${repository.url}metadata/`, '--metadata-dir', client.metadata, '--target-name', 'large',
            '--target-base-url', `${repository.url}targets/`, '--target-dir', client.targets, 'download']);
        assert.equal(await child.ended, 'SIGKILL');
        assert.deepEqual(client.downloaded(), []);
        repository.interfere = null;
        assert.equal(await client.download('large'), 0, client.said);
        assert.equal(client.downloaded()[0].length, 4 << 20);
        assert.deepEqual(fs.readdirSync(client.targets).sort(), ['.lock', 'large']);
    });
});

describe('two at once', () => {
    test('in one folder both end well', async (client, repository) => {
        repository.addTarget('file', 'content');
        repository.publish('root', 'targets', 'snapshot', 'timestamp');
        const ended = await Promise.all([client.download('file'), client.refresh(), client.download('file'), client.refresh()]);
        assert.deepEqual(ended, [0, 0, 0, 0]);
        for (const role of topLevel) assert.deepEqual(client.bytes(role), repository.file(role), role);
        assert.deepEqual(client.downloaded(), ['content']);
    });
    test('take turns: none asks while another is at work', async (client, repository) => {
        const turns = []; // whose connection asked, as long as it asked alone
        repository.interfere = (request, response, asked) => {
            if (turns.at(-1) !== request.socket.remotePort) turns.push(request.socket.remotePort);
            setTimeout(() => response.end(repository.answer(asked) ?? (response.writeHead(404), undefined)), 30);
            return true;
        };
        assert.deepEqual(await Promise.all([client.refresh(), client.refresh(), client.refresh()]), [0, 0, 0]);
        assert.equal(turns.length, 3);
    });
});

describe('a damaged store', () => {
    for (const role of ['timestamp', 'snapshot', 'targets'])
        for (const [how, damage] of Object.entries({ cut: (bytes) => bytes.subarray(0, 100), emptied: () => '', altered: (bytes) => bytes.toString().replace('"version": 1', '"version": 9') }))
            test(`${role} that was ${how} is fetched anew`, async (client, repository) => {
                assert.equal(await client.refresh(), 0, client.said);
                fs.writeFileSync(path.join(client.metadata, `${role}.json`), damage(client.bytes(role)));
                assert.equal(await client.refresh(), 0, client.said);
                assert.deepEqual(client.bytes(role), repository.file(role));
            });
    test('root that was altered is never trusted', async (client, repository) => {
        fs.writeFileSync(path.join(client.metadata, 'root.json'), client.bytes('root').toString().replace('"version": 1', '"version": 9'));
        assert.equal(await client.refresh(), 1);
        assert.deepEqual(repository.asked(), []);
    });
    test('and a lost state costs one transfer', async (client, repository) => {
        assert.equal(await client.refresh(), 0, client.said);
        fs.writeFileSync(path.join(client.metadata, 'state'), '{"clock_ms":');
        repository.asked();
        assert.equal(await client.refresh(), 0, client.said);
        assert.deepEqual(repository.asked(), ['root 2', 'timestamp']);
    });
});
