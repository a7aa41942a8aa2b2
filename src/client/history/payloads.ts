import { defaultPayloadConverter } from '@temporalio/client';
import { unlocked } from '../../config/index.js';

type RawPayloads = { payloads?: unknown[] | null } | null | undefined;

/** Values of history payloads. One that doesn't decode (an unknown encoding) reads as undefined; one whose key is missing throws. */
export function decodeAll(raw: RawPayloads): unknown[] {
  return (raw?.payloads ?? []).map(decodeOne);
}

export function decodeFirst(raw: RawPayloads): unknown {
  return raw?.payloads?.length ? decodeOne(raw.payloads[0]) : undefined;
}

export function decodeOne(payload: unknown): unknown {
  return unlocked(decodeRaw(payload));
}

/** With what stands for a value whose key is missing, for those who can do without. */
export function decodeRaw(payload: unknown): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload as never);
  } catch {
    return undefined;
  }
}

interface RawFailure {
  message?: string | null;
  stackTrace?: string | null;
  cause?: RawFailure | null;
  applicationFailureInfo?: { type?: string | null } | null;
}

export interface RootFailure {
  message: string;
  type?: string;
  /** `file:line:column` in the user's code. */
  at?: string;
}

/** The first stack frame that isn't of a package or of Node. */
function ownFrame(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const frame = /\bat (?:.*\()?(.+:\d+:\d+)\)?$/.exec(line.trim())?.[1];
    if (frame && !/node_modules|^node:|dist\/(workflow|worker|core)\//.test(frame))
      return frame.replace(/^async /, '');
  }
  return undefined;
}

/** The innermost failure: its message is what went wrong. */
export function rootFailure(failure: RawFailure | null | undefined): RootFailure {
  let current = failure ?? {};
  while (current.cause) current = current.cause;
  const type = current.applicationFailureInfo?.type;
  const at = ownFrame(current.stackTrace ?? '');
  return { message: current.message || 'unknown failure', ...(type && { type }), ...(at && { at }) };
}
