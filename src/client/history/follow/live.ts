import { setTimeout as delay } from 'node:timers/promises';
import { type CallToolInput, FAILURE, type TaskProgress } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { timeOf } from '../../presence.js';
import type { EventBody } from '../events.js';
import type { HistoryReader, OpenActivity } from '../history-reader.js';
import { decodeFirst, rootFailure } from '../payloads.js';
import { isModelCall, isToolCall, modelRef, toolRef } from '../read/calls.js';
import { withLinkedSignal } from './linked-signal.js';
import type { Pace } from './pace.js';

/** What has no tokens is asked less often. */
const RETRY_POLL_MS = 1_000;
/** How soon a step that has just begun is looked at. */
const LOOK_MS = 100;

/** What the generate activity puts in its heartbeats: a tail of the text and where it starts. */
interface StreamedText {
  text: string;
  offset: number;
}

/** What it puts there instead while it waits for its turn. */
type Waiting = Pick<EventBody & { type: 'waiting' }, 'for' | 'ahead'>;

export interface LiveRun {
  open: OpenClient;
  workflowId: string;
  runId: string;
  reader: HistoryReader;
  pace: Pace;
  emit: (body: EventBody) => void;
}

type ToolActivity = OpenActivity & { input: CallToolInput };
type Pending = Awaited<ReturnType<typeof describe>>[number];

/**
 * Tokens, attempts and retry waits of what is pending: none of it stands in history.
 * Describes the run only while something is open, fast only while a model call is.
 */
export async function pollLive(run: LiveRun, signal: AbortSignal): Promise<void> {
  const seen = new LiveState();
  let asked = 0;
  while (!signal.aborted) {
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    const open = run.reader.open();
    if (signal.aborted || open.length === 0) continue;
    const generating = open.some(isModelCall);
    using _ = generating ? run.pace.watch() : undefined;
    const wait = generating ? run.pace.intervalMs() : Math.max(RETRY_POLL_MS, run.pace.intervalMs());
    const left = asked + wait - Date.now();
    if (left > 0) await delay(left, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    asked = Date.now();
    // The history poll reports a lost engine; live events may be skipped.
    const pending = await run.pace.measure(() => describe(run, signal)).catch(() => []);
    for (const each of pending) {
      const activity = run.reader.open().find(({ id }) => id === each.activityId);
      if (activity) for (const body of seen.read(each, activity)) run.emit(body);
    }
    seen.keep(run.reader.open());
  }
}

async function describe({ open, workflowId, runId }: LiveRun, signal: AbortSignal) {
  const { client, where } = open;
  const request = { namespace: where.namespace, execution: { workflowId, runId } };
  const answer = await withLinkedSignal(signal, (inner) =>
    client.connection.withAbortSignal(inner, () => client.workflowService.describeWorkflowExecution(request)),
  );
  return answer.pendingActivities ?? [];
}

/** A look at a task that goes on: nothing has failed. */
function isTaskWorking({ lastFailure }: Pending): boolean {
  return rootFailure(lastFailure).type === FAILURE.taskWorking;
}

/** What was told already of each open activity. */
class LiveState {
  readonly #text = new Map<string, number>();
  readonly #attempts = new Map<string, number>();
  readonly #waiting = new Map<string, string>();
  readonly #progress = new Map<string, string>();

  *read(pending: Pending, activity: OpenActivity): Generator<EventBody> {
    const { id: activityId, name } = activity;
    const attempt = pending.attempt ?? 1;
    if (attempt > 1 && this.#attempts.get(activityId) !== attempt) {
      this.#attempts.set(activityId, attempt);
      this.#text.delete(activityId);
      const next = timeOf(pending.nextAttemptScheduleTime) || timeOf(pending.scheduledTime);
      const { message } = rootFailure(pending.lastFailure);
      if (!isTaskWorking(pending))
        yield { type: 'retry', activityId, name, attempt, message, nextMs: Math.max(0, next - Date.now()) };
    }
    if (isToolCall(activity)) yield* this.#toolProgress(pending, activity);
    if (!isModelCall(activity)) return;
    const details = decodeFirst(pending.heartbeatDetails) as
      | (Partial<StreamedText> & { waiting?: Waiting })
      | undefined;
    const { for: what, ahead } = details?.waiting ?? {};
    if (this.#waiting.get(activityId) !== what) {
      if (what === undefined) this.#waiting.delete(activityId);
      else this.#waiting.set(activityId, what);
      const waits = what === undefined ? {} : { for: what, ...(ahead === undefined ? {} : { ahead }) };
      yield { type: 'waiting', ...modelRef(activity), ...waits };
    }
    const streamed = details as StreamedText | undefined;
    if (typeof streamed?.text !== 'string') return;
    const end = streamed.offset + streamed.text.length;
    const from = this.#text.get(activityId) ?? 0;
    if (end <= from) return;
    this.#text.set(activityId, end);
    const text = streamed.text.slice(Math.max(0, from - streamed.offset));
    yield { type: 'token', ...modelRef(activity), text, offset: end - text.length };
  }

  /** What the server says of its call: once each. */
  *#toolProgress(pending: Pending, activity: ToolActivity): Generator<EventBody> {
    const { progress, task, message } = (decodeFirst(pending.heartbeatDetails) ??
      {}) as Partial<TaskProgress> & {
      progress?: { progress: number; total?: number; message?: string };
    };
    const body =
      progress ?? (task === undefined ? undefined : { task, ...(message === undefined ? {} : { message }) });
    const told = JSON.stringify(body);
    if (body === undefined || this.#progress.get(activity.id) === told) return;
    this.#progress.set(activity.id, told);
    yield { type: 'tool_progress', ...toolRef(activity), ...body };
  }

  keep(open: OpenActivity[]): void {
    const ids = new Set(open.map(({ id }) => id));
    for (const map of [this.#text, this.#attempts, this.#waiting, this.#progress])
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
  }
}
