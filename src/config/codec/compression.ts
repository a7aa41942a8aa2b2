import { deflateSync, inflateSync } from 'node:zlib';
import { readPayload, type WirePayload, writePayload } from './payload-wire.js';

/** The encoding of Temporal's own zlib codec, so that other SDKs read it. */
export const COMPRESSED = 'binary/zlib';
const ENCODING = Buffer.from(COMPRESSED);
/** The engine takes payloads of 2 MB; one that grows beyond this was made to fill a memory. */
const LARGEST = 256 * 1024 * 1024;

/** Smaller, or as it is: texts that don't shrink are not worth a second look at each reading. */
export function compress(payload: WirePayload): WirePayload {
  const plain = writePayload(payload);
  const data = deflateSync(plain);
  return data.length < plain.length * 0.9 ? { metadata: { encoding: ENCODING }, data } : payload;
}

export function decompress({ data }: WirePayload): WirePayload {
  return readPayload(inflateSync(data ?? new Uint8Array(), { maxOutputLength: LARGEST }));
}
