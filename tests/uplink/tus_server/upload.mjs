// Uploads a file with tus-js-client, a client that is not ours: node upload.mjs ENDPOINT FILE [CHUNK_BYTES] [TOKEN]
// Prints the upload's URL when every byte arrived. Without a chunk size the whole file is one request.
import fs from 'node:fs';
import path from 'node:path';
import tus from 'tus-js-client';

const [endpoint, file, chunk, token] = process.argv.slice(2);
const upload = new tus.Upload(fs.createReadStream(file), {
    endpoint,
    uploadSize: fs.statSync(file).size,
    chunkSize: chunk ? Number(chunk) : Infinity,
    headers: token ? {Authorization: `Bearer ${token}`} : {},
    metadata: {filename: path.basename(file)},
    retryDelays: null,
    onError: (error) => {
        console.error(String(error));
        process.exit(1);
    },
    onSuccess: () => console.log(upload.url),
});
upload.start();
