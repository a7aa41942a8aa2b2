import { type Compaction, FAILURE, type GenerateInput, type GenerateOutput } from '../../../core/index.js';
import type { Attempts, EventBody } from '../events.js';
import type { HistoryEvent } from '../history-reader.js';
import { decodeFirst, rootFailure } from '../payloads.js';
import { completed, failed, isModelCall, isToolCall, type OpenActivity, started } from './calls.js';
import { Turns } from './turns.js';

/** Pairs each activity's start with its end. */
export class Activities {
  readonly #scheduled = new Map<string, OpenActivity & Partial<Attempts>>();
  readonly #turns = new Turns();
  /** The catalogue that each conversation's last reply came with. */
  readonly #catalogs = new Map<string, string>();
  /** The optional servers that were down then. */
  readonly #missing = new Map<string, string>();

  open(): OpenActivity[] {
    return [...this.#scheduled.values()];
  }

  read(event: HistoryEvent, at: number): EventBody[] | undefined {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const activity: OpenActivity = {
        id: scheduled.activityId ?? '',
        name: scheduled.activityType?.name ?? '',
        input: decodeFirst(scheduled.input),
        at,
      };
      this.#scheduled.set(String(event.eventId), activity);
      return this.#started(activity);
    }
    // Written with the end of the activity: it tells the attempt that ended it.
    const run = event.activityTaskStartedEventAttributes;
    if (run) {
      const activity = this.#scheduled.get(String(run.scheduledEventId));
      if (activity && (run.attempt ?? 1) > 1) {
        activity.attempt = run.attempt ?? 1;
        if (run.lastFailure) activity.lastError = rootFailure(run.lastFailure).message;
      }
      return [];
    }
    return this.#ended(event, at);
  }

  #started(activity: OpenActivity): EventBody[] {
    if (isModelCall(activity)) {
      if (this.#turns.isRepeat(activity.input)) return [];
      this.#turns.begin(activity.input);
    }
    if (isToolCall(activity)) {
      const turn = this.#turns.of(activity.input);
      if (turn !== undefined) activity.turn = turn;
    }
    return [started(activity)];
  }

  #ended(event: HistoryEvent, at: number): EventBody[] | undefined {
    const done = event.activityTaskCompletedEventAttributes;
    const failure = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    const canceled = event.activityTaskCanceledEventAttributes;
    const ended = done ?? failure ?? canceled;
    if (!ended) return undefined;
    const key = String(ended.scheduledEventId);
    const activity = this.#scheduled.get(key);
    this.#scheduled.delete(key);
    if (!activity) return [];
    const ms = Math.max(0, at - activity.at);
    const attempts: Attempts = {
      attempt: activity.attempt ?? 1,
      ...(activity.lastError === undefined ? {} : { lastError: activity.lastError }),
    };
    if (done) {
      const result = decodeFirst(done.result);
      const body = completed(activity, ms, result, attempts);
      if (!isModelCall(activity) || body.type !== 'model_call_completed') return [body];
      this.#turns.ask(activity.input, (result as GenerateOutput).content);
      const { catalog, compaction, missing } = result as GenerateOutput;
      return [
        ...this.#missingChange(activity.input, missing),
        ...this.#catalogChange(activity.input, catalog),
        ...compacted(activity.input, compaction),
        body,
      ];
    }
    const root = canceled ? { message: 'cancelled' } : rootFailure(failure?.failure);
    // The worker forgot the conversation and gets it whole: bookkeeping, not an event of the run.
    if (isModelCall(activity) && 'type' in root && root.type === FAILURE.conversationMiss) {
      this.#turns.forget(activity.input);
      return [];
    }
    return [failed(activity, ms, root.message, attempts)];
  }

  #missingChange({ agent, conversation, turn }: GenerateInput, servers: string[] = []): EventBody[] {
    const before = this.#missing.get(conversation) ?? '';
    this.#missing.set(conversation, servers.join());
    return servers.join() === before ? [] : [{ type: 'servers_missing', agent, conversation, turn, servers }];
  }

  /** Told before the reply: it is the first that came with other tools. */
  #catalogChange({ agent, conversation, turn }: GenerateInput, to: string | undefined): EventBody[] {
    const from = this.#catalogs.get(conversation);
    if (to === undefined) return [];
    this.#catalogs.set(conversation, to);
    return from === undefined || from === to
      ? []
      : [{ type: 'catalog_changed', agent, conversation, turn, from, to }];
  }
}

function compacted({ agent, conversation, turn }: GenerateInput, compaction?: Compaction): EventBody[] {
  if (compaction === undefined) return [];
  const { leftOut: _, ...told } = compaction;
  return [{ type: 'context_compacted', agent, conversation, turn, ...told }];
}
