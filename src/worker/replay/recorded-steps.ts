import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';
import type { ReplayStep } from '../../core/index.js';

export type HistoryEvent = NonNullable<History['events']>[number];

/** A step of a run as its history has it. */
export interface RecordedStep {
  eventId: number;
  kind: ReplayStep['kind'];
  name: string;
  summary?: string;
}

/** The events that stand for something that the workflow's code started. */
export function recordedSteps(events: readonly HistoryEvent[]): RecordedStep[] {
  return events.flatMap((event) => {
    const step = stepOf(event);
    if (!step) return [];
    const summary = textOf(event.userMetadata?.summary);
    return [{ ...step, eventId: Number(event.eventId), ...(summary === undefined ? {} : { summary }) }];
  });
}

function stepOf(event: HistoryEvent): Pick<RecordedStep, 'kind' | 'name'> | undefined {
  const activity = event.activityTaskScheduledEventAttributes;
  if (activity) return { kind: 'activity', name: activity.activityType?.name ?? '' };
  const timer = event.timerStartedEventAttributes;
  if (timer) return { kind: 'timer', name: milliseconds(timer.startToFireTimeout) };
  const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
  if (child) return { kind: 'child workflow', name: child.workflowType?.name ?? '' };
  const signal = event.signalExternalWorkflowExecutionInitiatedEventAttributes;
  if (signal) return { kind: 'signal', name: signal.signalName ?? '' };
  const next = event.workflowExecutionContinuedAsNewEventAttributes;
  if (next) return { kind: 'continue as new', name: next.workflowType?.name ?? '' };
  return undefined;
}

function milliseconds(duration: { seconds?: unknown; nanos?: number | null } | null | undefined): string {
  return `${Number(duration?.seconds ?? 0) * 1_000 + Math.round((duration?.nanos ?? 0) / 1e6)} ms`;
}

/** Undefined too where it is encrypted. */
function textOf(payload: Payload | null | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload?.data ?? new Uint8Array()));
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
