import type { Connection } from '@temporalio/client';
import { WIRE } from '../../../core/index.js';

type HistoryAnswer = Awaited<ReturnType<Connection['workflowService']['getWorkflowExecutionHistory']>>;
export type HistoryEvent = NonNullable<NonNullable<HistoryAnswer['history']>['events']>[number];

type EventId = NonNullable<NonNullable<HistoryEvent['eventId']>>;

/** Where a run is taken up again. */
export interface ResetPoint {
  /** The end of a workflow task: what that task decided is decided anew. */
  taskEnd: EventId;
  /** What failed, in words. */
  step: string;
}

interface Failure {
  cause?: Failure | null;
  activityFailureInfo?: { scheduledEventId?: EventId | null } | null;
  childWorkflowExecutionFailureInfo?: { initiatedEventId?: EventId | null } | null;
  applicationFailureInfo?: { type?: string | null } | null;
}

/** The last workflow task before the step that ended the run; undefined when none was finished before it. */
export function resetPoint(events: HistoryEvent[]): ResetPoint | undefined {
  const end = events.at(-1);
  const failure = end?.workflowExecutionFailedEventAttributes?.failure as Failure | null | undefined;
  if (failure) {
    const started = startOfFailed(failure, events) ?? startOfBlamed(failure, events);
    if (started !== undefined) return pointBefore(started);
  }
  const upTo = cancelRequest(events) ?? events.length;
  const taskEnd = lastTaskEnd(events.slice(0, upTo));
  return taskEnd === undefined ? undefined : { taskEnd, step: 'its last workflow task' };
}

/** The event that started the activity or child which the failure comes from. */
function startOfFailed(failure: Failure, events: HistoryEvent[]): HistoryEvent | undefined {
  let found: EventId | undefined;
  for (let at: Failure | null | undefined = failure; at; at = at.cause) {
    found ??=
      at.activityFailureInfo?.scheduledEventId ??
      at.childWorkflowExecutionFailureInfo?.initiatedEventId ??
      undefined;
  }
  return found === undefined ? undefined : eventOf(events, found);
}

/**
 * For mcpa's own failures, which blame a step that did not fail itself: the question that nobody answered, the
 * model's last answer. Plain code that throws gets the same input again.
 */
function startOfBlamed(failure: Failure, events: HistoryEvent[]): HistoryEvent | undefined {
  const type = failure.applicationFailureInfo?.type;
  for (const event of [...events].reverse()) {
    const timer = event.timerFiredEventAttributes?.startedEventId;
    if (type === 'HumanInputTimeout' && timer != null) return eventOf(events, timer);
    const activity = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    if (type !== 'StructuredOutputError' || activity == null) continue;
    const started = eventOf(events, activity);
    if (started?.activityTaskScheduledEventAttributes?.activityType?.name === WIRE.generate) return started;
  }
  return undefined;
}

function pointBefore(started: HistoryEvent): ResetPoint | undefined {
  const activity = started.activityTaskScheduledEventAttributes;
  const child = started.startChildWorkflowExecutionInitiatedEventAttributes;
  const timer = started.timerStartedEventAttributes;
  const taskEnd = (activity ?? child ?? timer)?.workflowTaskCompletedEventId;
  if (taskEnd == null) return undefined;
  const step = activity
    ? `activity ${activity.activityType?.name}`
    : child
      ? `child ${child.workflowType?.name}`
      : 'the question that nobody answered';
  return { taskEnd, step };
}

function lastTaskEnd(events: HistoryEvent[]): EventId | undefined {
  for (const event of [...events].reverse()) {
    const ended =
      event.workflowTaskCompletedEventAttributes ??
      event.workflowTaskFailedEventAttributes ??
      event.workflowTaskTimedOutEventAttributes;
    if (ended && event.eventId != null) return event.eventId;
  }
  return undefined;
}

/** A run that was cancelled is taken up as it was before the request. */
function cancelRequest(events: HistoryEvent[]): number | undefined {
  if (!events.at(-1)?.workflowExecutionCanceledEventAttributes) return undefined;
  const at = events.findIndex((event) => event.workflowExecutionCancelRequestedEventAttributes);
  return at === -1 ? undefined : at;
}

/** Event ids count from one without gaps. */
function eventOf(events: HistoryEvent[], id: EventId): HistoryEvent | undefined {
  return events[Number(String(id)) - 1];
}

/** Calls that had completed and are made again: those that a task started at or after the reset point. */
export function repeatedCalls(events: HistoryEvent[], point: ResetPoint): string[] {
  const from = Number(String(point.taskEnd));
  const scheduled = new Map<string, HistoryEvent>();
  const repeated: string[] = [];
  for (const event of events) {
    if (event.activityTaskScheduledEventAttributes) scheduled.set(String(event.eventId), event);
    const start = scheduled.get(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
    const attributes = start?.activityTaskScheduledEventAttributes;
    if (attributes && Number(String(attributes.workflowTaskCompletedEventId)) >= from)
      repeated.push(attributes.activityType?.name ?? '');
  }
  return repeated;
}
