// Keys that sign metadata, of every kind that the specification names.
import crypto from 'node:crypto';

import { canonicalize } from '@tufjs/canonical-json';
import { Key, Signature } from '@tufjs/models';

const pem = (key) => key.export({ format: 'pem', type: 'spki' }).toString();
const kinds = {
    ecdsa: {
        keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256',
        make: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        publicValue: pem,
        sign: (data, key) => crypto.sign('sha256', data, key),
    },
    'ecdsa-sha2-nistp256': {
        keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256',
        make: () => crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        publicValue: pem,
        sign: (data, key) => crypto.sign('sha256', data, key),
    },
    ed25519: {
        keytype: 'ed25519', scheme: 'ed25519',
        make: () => crypto.generateKeyPairSync('ed25519'),
        publicValue: (key) => key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
        sign: (data, key) => crypto.sign(null, data, key),
    },
    rsa: {
        keytype: 'rsa', scheme: 'rsassa-pss-sha256',
        make: () => crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
        publicValue: pem,
        sign: (data, key) => crypto.sign('sha256', data, { key, padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    },
};
export const keyKinds = Object.keys(kinds);

export class Signer {
    // `extra` are members that no specification knows; `keyID` where it is not to be the hash of the key.
    constructor({ kind = 'ecdsa', extra = {}, keyID } = {}) {
        this.kind = kinds[kind];
        const { publicKey, privateKey } = this.kind.make();
        this.privateKey = privateKey;
        this.publicKey = publicKey;
        const json = { keytype: this.kind.keytype, scheme: this.kind.scheme, keyval: { public: this.kind.publicValue(publicKey) }, ...extra };
        this.keyID = keyID ?? crypto.createHash('sha256').update(canonicalize(json)).digest('hex');
        this.key = Key.fromJSON(this.keyID, json);
    }
    // The same key under another identifier.
    alias(keyID) {
        const other = Object.create(this);
        other.keyID = keyID;
        other.key = Key.fromJSON(keyID, this.key.toJSON());
        return other;
    }
    sign(data) {
        return new Signature({ keyID: this.keyID, sig: this.kind.sign(data, this.privateKey).toString('hex') });
    }
}
