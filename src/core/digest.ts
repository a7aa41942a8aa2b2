/** The identity of a conversation item: unique to the attempt that produced it, or its place. */
export function itemIdentity(item: { role: string; id?: string }, index: number): string {
  return item.id ?? `${item.role}${index}`;
}

/** Extends a conversation's digest by one item: FNV-1a, 64 bits as two 32-bit lanes, in hexadecimal. */
export function extendDigest(digest: string, identity: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  const text = `${digest}/${identity}`;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193) >>> 0;
    high = Math.imul(high ^ (code + i), 0x01000193) >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
