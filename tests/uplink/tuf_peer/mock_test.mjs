// Repositories as @tufjs/repo-mock makes them for the tests of other clients, passed on by a server on loopback.
import assert from 'node:assert/strict';
import http from 'node:http';
import { it } from 'node:test';

import { initializeTUFRepo, tufHandlers } from '@tufjs/repo-mock';

import { Client } from './client.mjs';

async function serve(handlers) {
    const asked = [];
    const server = http.createServer((request, response) => {
        asked.push(request.url);
        const handler = handlers.find((candidate) => candidate.path === decodeURIComponent(request.url));
        const { statusCode, response: body } = handler ? handler.fn() : { statusCode: 404, response: '' };
        response.writeHead(statusCode);
        response.end(body);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { asked, server, url: `http://127.0.0.1:${server.address().port}/` };
}

for (const targets of [[], [{ name: 'hello.txt', content: 'hello world' }], [{ name: 'a.txt', content: 'a' }, { name: 'folder/b.bin', content: Buffer.from([0, 255, 10, 13]) }]])
    it(`a mocked repository of ${targets.length} targets is read`, async () => {
        const repository = initializeTUFRepo(targets);
        const served = await serve(tufHandlers(repository, {}));
        const client = new Client(served);
        try {
            assert.equal(await client.init(Buffer.from(JSON.stringify(repository.rootMeta.toJSON()))), 0, client.said);
            assert.equal(await client.refresh(), 0, client.said);
            assert.deepEqual(served.asked, ['/metadata/2.root.json', '/metadata/timestamp.json', '/metadata/snapshot.json', '/metadata/targets.json']);
            for (const { name, content } of targets) {
                assert.equal(await client.download(name), 0, client.said);
                assert.equal(client.downloaded().at(-1), content.toString());
            }
            assert.equal(await client.download('another'), 1);
        } finally {
            client.remove();
            await new Promise((resolve) => served.server.close(resolve));
        }
    });
