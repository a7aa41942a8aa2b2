import { setTimeout as delay } from 'node:timers/promises';
import { type GenerateInput, WIRE } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { timeOf } from '../presence.js';
import type { EventBody } from './events.js';
import type { HistoryReader } from './history-reader.js';
import { withLinkedSignal } from './linked-signal.js';
import { decodeFirst, rootFailure } from './payloads.js';

const TOKEN_POLL_MS = 250;
const RETRY_POLL_MS = 1_000;

/** What the generate activity puts in its heartbeats: a tail of the text and where it starts. */
interface StreamedText {
  text: string;
  offset: number;
}

/**
 * Tokens, attempts and retry waits of what is pending: none of it stands in history.
 * Describes the run only while something is open, fast only while a model call is.
 */
export async function pollLive(
  { client }: OpenClient,
  workflowId: string,
  runId: string,
  reader: HistoryReader,
  emit: (body: EventBody) => void,
  signal: AbortSignal,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const seen = new Map<string, number>();
  const attempts = new Map<string, number>();
  while (!signal.aborted) {
    const open = reader.open();
    const generating = open.some((activity) => activity.name === WIRE.generate);
    await delay(generating ? TOKEN_POLL_MS : RETRY_POLL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted || reader.open().length === 0) continue;
    const describe = (inner: AbortSignal) =>
      client.connection.withAbortSignal(inner, () => handle.describe());
    const description = await withLinkedSignal(signal, describe)
      // The history poll reports a lost engine; live events may be skipped.
      .catch(() => undefined);
    for (const pending of description?.raw.pendingActivities ?? []) {
      const activityId = pending.activityId ?? '';
      const known = reader.open().find((activity) => activity.id === activityId);
      if (!known) continue;
      const attempt = pending.attempt ?? 1;
      if (attempt > 1 && attempts.get(activityId) !== attempt) {
        attempts.set(activityId, attempt);
        seen.delete(activityId);
        const next = timeOf(pending.nextAttemptScheduleTime) || timeOf(pending.scheduledTime);
        const { message } = rootFailure(pending.lastFailure);
        const nextMs = Math.max(0, next - Date.now());
        emit({ type: 'retry', activityId, name: known.name, attempt, message, nextMs });
      }
      const streamed = decodeFirst(pending.heartbeatDetails) as StreamedText | undefined;
      if (known.name !== WIRE.generate || typeof streamed?.text !== 'string') continue;
      const end = streamed.offset + streamed.text.length;
      const from = seen.get(activityId) ?? 0;
      if (end <= from) continue;
      seen.set(activityId, end);
      const text = streamed.text.slice(Math.max(0, from - streamed.offset));
      emit({
        type: 'token',
        activityId,
        agent: (known.input as GenerateInput).agent,
        text,
        offset: end - text.length,
      });
    }
  }
}
