import type { HistoryEvent } from '../history/history-reader.js';
import { decodeFirst, rootFailure } from '../history/payloads.js';
import { timeOf } from '../presence.js';

/** An activity as history has it so far. */
export interface LoggedActivity {
  id: string;
  name: string;
  input: unknown;
  /** Milliseconds since 1970. */
  scheduledAt: number;
  /** Temporal makes no second attempt. */
  once: boolean;
}

export type ActivityEnd =
  | { how: 'completed'; result: unknown }
  | { how: 'failed'; failureType: string | undefined; message: string }
  | { how: 'cancelled' };

type Attributes = { scheduledEventId?: unknown } | null | undefined;

/** Pairs what history says of activities: each start with its end. */
export class ActivityLog {
  readonly #open = new Map<string, LoggedActivity>();

  /** Activities without an end yet. */
  open(): LoggedActivity[] {
    return [...this.#open.values()];
  }

  /** The activity that an event starts. */
  started(event: HistoryEvent): LoggedActivity | undefined {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (!scheduled) return undefined;
    const activity: LoggedActivity = {
      id: scheduled.activityId ?? '',
      name: scheduled.activityType?.name ?? '',
      input: decodeFirst(scheduled.input),
      scheduledAt: timeOf(event.eventTime),
      once: scheduled.retryPolicy?.maximumAttempts === 1,
    };
    this.#open.set(String(event.eventId), activity);
    return activity;
  }

  /** The activity that an event ends, and how. */
  ended(event: HistoryEvent): { activity: LoggedActivity; end: ActivityEnd } | undefined {
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed) return this.#close(completed, { how: 'completed', result: decodeFirst(completed.result) });
    const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    if (failed) {
      const { message, type } = rootFailure(failed.failure);
      return this.#close(failed, { how: 'failed', failureType: type, message });
    }
    const cancelled = event.activityTaskCanceledEventAttributes;
    return cancelled ? this.#close(cancelled, { how: 'cancelled' }) : undefined;
  }

  #close(attributes: Attributes, end: ActivityEnd) {
    const key = String(attributes?.scheduledEventId);
    const activity = this.#open.get(key);
    this.#open.delete(key);
    return activity && { activity, end };
  }
}
