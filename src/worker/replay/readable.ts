import { isCoded, lockOf, type PayloadCodec, type WirePayload } from '../../config/index.js';

/** Throws what is wrong with the key where a part of a history can't be decrypted here. */
export function requireReadable(node: unknown, codec: PayloadCodec): void {
  if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return;
  if (isPayload(node)) {
    if (isCoded(node)) codec.open(node);
    // What mcpa's own client has read came to its place.
    const lock = lockOf(parsed(node));
    if (lock !== undefined) throw lock;
    return;
  }
  for (const item of Object.values(node)) requireReadable(item, codec);
}

function isPayload(node: object): node is WirePayload {
  const { metadata } = node as WirePayload;
  return typeof metadata === 'object' && metadata !== null && ArrayBuffer.isView(metadata.encoding);
}

function parsed({ data }: WirePayload): unknown {
  try {
    return JSON.parse(Buffer.from(data ?? []).toString());
  } catch {
    return undefined;
  }
}
