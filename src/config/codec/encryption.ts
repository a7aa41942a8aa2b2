import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { McpaError } from '../../core/index.js';
import { readPayload, type WirePayload, writePayload } from './payload-wire.js';

/** Encoding, metadata and layout (nonce, ciphertext, tag) of the codecs in Temporal's samples. */
export const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const ENCODING = Buffer.from(ENCRYPTED);
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Key {
  id: string;
  bytes: Uint8Array;
}

/** The whole payload, its metadata included, under a nonce that is used once. */
export function encrypt(payload: WirePayload, key: Key): WirePayload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES });
  const sealed = [nonce, cipher.update(writePayload(payload)), cipher.final(), cipher.getAuthTag()];
  return { metadata: { encoding: ENCODING, [KEY_ID]: Buffer.from(key.id) }, data: Buffer.concat(sealed) };
}

/** Throws `ENCRYPTION_KEY_MISSING` or `ENCRYPTION_KEY_WRONG`, both with the key's id. */
export function decrypt(payload: WirePayload, keys: ReadonlyMap<string, Uint8Array>): WirePayload {
  const id = keyIdOf(payload);
  const key = keys.get(id);
  if (key === undefined) throw keyMissing(id, [...keys.keys()]);
  const data = payload.data ?? new Uint8Array();
  try {
    const nonce = data.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(data.subarray(Math.max(NONCE_BYTES, data.length - TAG_BYTES)));
    const sealed = data.subarray(NONCE_BYTES, data.length - TAG_BYTES);
    return readPayload(Buffer.concat([decipher.update(sealed), decipher.final()]));
  } catch (cause) {
    throw new McpaError(
      'ENCRYPTION_KEY_WRONG',
      `encrypted with key id "${id}", but not with the key of that id here, or changed since`,
      { hint: `give key id "${id}" the key that the worker had, under temporal.encryption.keys`, cause },
    );
  }
}

export function keyIdOf({ metadata }: WirePayload): string {
  // It comes from the engine: nothing of it may steer a terminal.
  return Buffer.from(metadata?.[KEY_ID] ?? [])
    .toString()
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 100);
}

function keyMissing(id: string, known: string[]): McpaError {
  const has = known.length === 0 ? 'has no key' : `has only ${known.join(', ')}`;
  return new McpaError('ENCRYPTION_KEY_MISSING', `encrypted with key id "${id}"; this command ${has}`, {
    hint: `add the key under temporal.encryption.keys, or set MCPA_ENCRYPTION_KEYS=${id}:<key>`,
  });
}
