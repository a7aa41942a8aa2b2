import { createHash } from 'node:crypto';
import { createRequestStateCodec, type RequestStateCodec } from '@modelcontextprotocol/server';

/** What a client brings back with an answer: which run, which questions, and how far it was told of it. */
export interface CallState {
  /** The call that it belongs to: tool and arguments. */
  call: string;
  workflowId: string;
  runId?: string;
  cursor?: string;
  /** Keys of the questions that were asked, with the run of each. */
  asked: Record<string, { workflowId: string; question: string }>;
  progress: number;
}

/** A question may wait as long as the engine keeps a run, and longer than any server process lives. */
const TTL_SECONDS = 90 * 24 * 3_600;

export function callStateCodec(key: Uint8Array): RequestStateCodec<CallState> {
  return createRequestStateCodec<CallState>({ key, ttlSeconds: TTL_SECONDS });
}

/** A call by what it asks for: a state can't be brought back with another one. */
export function callDigest(tool: string, given: Record<string, unknown>): string {
  return createHash('sha256')
    .update(JSON.stringify([tool, sorted(given)]))
    .digest('base64url')
    .slice(0, 22);
}

/** JSON objects have no order, and a client may send another one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, each]) => [key, sorted(each)]);
}
