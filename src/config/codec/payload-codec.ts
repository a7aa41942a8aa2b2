import type { Config } from '../types.js';
import { COMPRESSED, compress, decompress } from './compression.js';
import { decrypt, ENCRYPTED, encrypt, type Key } from './encryption.js';
import { readKeys } from './keys.js';
import type { WirePayload } from './payload-wire.js';

/** More layers than two have no maker. */
const MOST_LAYERS = 4;

/**
 * Compresses, then encrypts what goes to the engine, as the config says; reads whatever its keys can read.
 * Fits Temporal's `payloadCodecs`.
 */
export class PayloadCodec {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #active: Key | undefined;
  readonly #compressOver: number;

  constructor({ temporal, projectDir }: Pick<Config, 'temporal' | 'projectDir'>) {
    const { keys, active } = readKeys(temporal.encryption, projectDir);
    this.#keys = keys;
    this.#active = active;
    this.#compressOver = (temporal.compression?.over_kb ?? Number.POSITIVE_INFINITY) * 1024;
  }

  async encode<P extends WirePayload>(payloads: P[]): Promise<P[]> {
    return payloads.map((payload) => this.#close(payload) as P);
  }

  async decode<P extends WirePayload>(payloads: P[]): Promise<P[]> {
    return payloads.map((payload) => this.open(payload) as P);
  }

  /** Throws what is wrong with the key; a payload that is neither encrypted nor compressed stays as it is. */
  open(payload: WirePayload): WirePayload {
    let opened = payload;
    for (let layer = 0; layer < MOST_LAYERS; layer++) {
      const encoding = encodingOf(opened);
      if (encoding === ENCRYPTED) opened = decrypt(opened, this.#keys);
      else if (encoding === COMPRESSED) opened = decompress(opened);
      else break;
    }
    return opened;
  }

  #close(payload: WirePayload): WirePayload {
    const large = (payload.data?.length ?? 0) > this.#compressOver;
    const inner = large ? compress(payload) : payload;
    return this.#active === undefined ? inner : encrypt(inner, this.#active);
  }
}

/** True for what only a codec can read. */
export function isCoded(payload: WirePayload): boolean {
  const encoding = encodingOf(payload);
  return encoding === ENCRYPTED || encoding === COMPRESSED;
}

function encodingOf({ metadata }: WirePayload): string {
  const encoding = metadata?.encoding;
  return encoding === undefined ? '' : Buffer.from(encoding).toString();
}
