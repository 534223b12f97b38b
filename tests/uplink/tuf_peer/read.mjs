// Reads a repository with tuf-js's client: node read.mjs FOLDER METADATA_URL TARGET_URL TARGET...
// FOLDER holds root.json, the first trusted root. Prints what each target holds, a line each, in Base64.
import fs from 'node:fs';

import { Updater } from 'tuf-js';

const [folder, metadataBaseUrl, targetBaseUrl, ...targets] = process.argv.slice(2);
const targetDir = fs.mkdtempSync(`${folder}/targets-`);
const updater = new Updater({ metadataDir: folder, metadataBaseUrl, targetDir, targetBaseUrl });
await updater.refresh();
for (const path of targets) {
    const info = await updater.getTargetInfo(path);
    if (!info) throw new Error(`no target ${path}`);
    console.log(fs.readFileSync(await updater.downloadTarget(info)).toString('base64'));
}
