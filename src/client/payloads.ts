import { defaultPayloadConverter } from '@temporalio/client';

type RawPayloads = { payloads?: unknown[] | null } | null | undefined;

/** Values of history payloads. One that doesn't decode (a codec, an unknown encoding) reads as undefined. */
export function decodeAll(raw: RawPayloads): unknown[] {
  return (raw?.payloads ?? []).map(decodeOne);
}

export function decodeFirst(raw: RawPayloads): unknown {
  return raw?.payloads?.length ? decodeOne(raw.payloads[0]) : undefined;
}

export function decodeOne(payload: unknown): unknown {
  try {
    return defaultPayloadConverter.fromPayload(payload as never);
  } catch {
    return undefined;
  }
}

interface RawFailure {
  message?: string | null;
  cause?: RawFailure | null;
  applicationFailureInfo?: { type?: string | null } | null;
}

/** The innermost failure: its message is what went wrong. */
export function rootFailure(failure: RawFailure | null | undefined): { message: string; type?: string } {
  let current = failure ?? {};
  while (current.cause) current = current.cause;
  const type = current.applicationFailureInfo?.type;
  return { message: current.message || 'unknown failure', ...(type && { type }) };
}
