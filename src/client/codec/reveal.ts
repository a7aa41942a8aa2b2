import type { Connection } from '@temporalio/client';
import { isCoded, lockedPayload, type PayloadCodec, type WirePayload } from '../../config/index.js';
import { isMcpaError } from '../../core/index.js';

interface Failure {
  message?: string | null;
  stackTrace?: string | null;
  encodedAttributes?: WirePayload | null;
}

/**
 * Answers of the engine come decrypted, whichever call asked: histories, memos, results, heartbeats. One place, since
 * the SDK decodes only some of what mcpa reads. Payloads whose key isn't here become `lockedPayload`s.
 */
export function revealAnswers(connection: Connection, codec: PayloadCodec): void {
  const raw = connection.workflowService as unknown as Record<string, unknown>;
  const service = Object.create(connection.workflowService) as Record<string, unknown>;
  for (const [name, method] of Object.entries(raw)) {
    if (typeof method !== 'function') continue;
    service[name] = async (...args: unknown[]) => {
      const answer: unknown = await method.apply(raw, args);
      reveal(answer, codec);
      return answer;
    };
  }
  Object.assign(connection, { workflowService: service });
}

/** Opens every payload of a message, in place. */
function reveal(node: unknown, codec: PayloadCodec): void {
  if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) return;
  if (Array.isArray(node)) {
    for (const item of node) reveal(item, codec);
    return;
  }
  if (isPayload(node)) {
    Object.assign(node, opened(node, codec));
    return;
  }
  for (const item of Object.values(node)) reveal(item, codec);
  const failure = node as Failure;
  if (failure.encodedAttributes) Object.assign(failure, attributesOf(failure.encodedAttributes));
}

function opened(payload: WirePayload, codec: PayloadCodec): WirePayload {
  if (!isCoded(payload)) return payload;
  try {
    return codec.open(payload);
  } catch (error) {
    // What no codec of mcpa's made reads as undefined, like any encoding that isn't known.
    return isMcpaError(error) ? lockedPayload(error) : payload;
  }
}

function isPayload(node: object): node is WirePayload {
  const { metadata } = node as WirePayload;
  return typeof metadata === 'object' && metadata !== null && ArrayBuffer.isView(metadata.encoding);
}

/** What was taken out of a failure for the codec's sake goes back: readers of raw failures look there. */
function attributesOf({ data }: WirePayload): Pick<Failure, 'message' | 'stackTrace'> {
  try {
    const text = Buffer.from(data ?? []).toString();
    const { message, stack_trace } = JSON.parse(text) as { message?: unknown; stack_trace?: unknown };
    return { message: String(message ?? ''), stackTrace: String(stack_trace ?? '') };
  } catch {
    return {};
  }
}
