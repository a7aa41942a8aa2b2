import { utf8Length } from '../json.js';

/** What Temporal's server takes at once, unless it was told otherwise (`limit.blobSize.error`). */
export const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024;

/** JSON writes six characters for one at most. */
const LONGEST_ESCAPE = 6;
/** For a key, a number, brackets: more than most of them need. */
const NODE_BYTES = 32;

/** Bytes of these values together, as JSON, where they are more than the limit. Costs little where they are far from it. */
export function bytesOver(values: readonly unknown[], limit = MAX_PAYLOAD_BYTES): number | undefined {
  if (!mayReach(values, limit / LONGEST_ESCAPE)) return undefined;
  const bytes = values.reduce<number>((sum, value) => sum + bytesOf(value), 0);
  return bytes > limit ? bytes : undefined;
}

function bytesOf(value: unknown): number {
  return ArrayBuffer.isView(value) ? value.byteLength : utf8Length(JSON.stringify(value) ?? '');
}

function mayReach(values: readonly unknown[], budget: number): boolean {
  let seen = 0;
  const open: unknown[] = [...values];
  while (open.length > 0 && seen < budget) {
    const next = open.pop();
    seen += NODE_BYTES;
    if (typeof next === 'string') seen += next.length;
    else if (ArrayBuffer.isView(next)) seen += next.byteLength;
    else if (typeof next === 'object' && next !== null) {
      for (const [key, each] of Object.entries(next)) {
        seen += key.length;
        open.push(each);
        if (seen >= budget) break;
      }
    }
  }
  return seen >= budget;
}
