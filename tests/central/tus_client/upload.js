// Uploads one file by tus-js-client and goes on after every interruption.
//   node upload.js FILE ENDPOINT_FILE METADATA_JSON CHUNK_BYTES [PARALLEL]
// The token comes in the environment (GANTRY_TOKEN). ENDPOINT_FILE holds the endpoint's URL, which changes when the
// hub comes back on another port. Prints the offset after each accepted chunk, then "done".
'use strict';
const fs = require('fs');
const tus = require('tus-js-client');

const [file, endpointFile, metadata, chunkBytes, parallel = '1'] = process.argv.slice(2);
const size = fs.statSync(file).size;
const endpoint = () => fs.readFileSync(endpointFile, 'utf8').trim();
let uploadPath = null;

function start() {
    const base = new URL(endpoint());
    const upload = new tus.Upload(fs.createReadStream(file), {
        endpoint: base.href,
        uploadUrl: uploadPath ? new URL(uploadPath, base).href : null,
        uploadSize: parallel === '1' ? size : undefined,
        parallelUploads: Number(parallel),
        chunkSize: chunkBytes === '0' ? Infinity : Number(chunkBytes),
        metadata: JSON.parse(metadata),
        headers: { Authorization: `Bearer ${process.env.GANTRY_TOKEN}` },
        retryDelays: null,
        onUploadUrlAvailable: () => { uploadPath = new URL(upload.url).pathname; },
        onChunkComplete: (_chunk, accepted) => console.log(accepted),
        onError: (error) => {
            const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
            if (status >= 400 && status < 500 && status !== 409 && status !== 423) {
                console.error(String(error));
                process.exit(1);
            }
            setTimeout(start, 50);
        },
        onSuccess: () => console.log('done'),
    });
    upload.start();
}
start();
