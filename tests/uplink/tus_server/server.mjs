// A tus server that is not ours, on loopback: node server.mjs FOLDER [PORT]
// Prints "listening PORT" when it takes requests. Files lie in FOLDER under the upload's identifier.
import {Server} from '@tus/server';
import {FileStore} from '@tus/file-store';

const [folder, port = '0'] = process.argv.slice(2);
const server = new Server({path: '/files', datastore: new FileStore({directory: folder}), relativeLocation: true});
const listening = server.listen({host: '127.0.0.1', port: Number(port)}, () => {
    console.log(`listening ${listening.address().port}`);
});
