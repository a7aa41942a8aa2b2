import type { Connection } from '@temporalio/client';
import {
  type CallToolInput,
  FAILURE,
  type GenerateInput,
  type TaskProgress,
  WIRE,
} from '../../../core/index.js';
import { decodeFirst } from '../../history/payloads.js';
import { timeOf } from '../../presence.js';
import type { LoggedActivity } from '../activity-log.js';
import { rootCause } from './root-cause.js';

export type RawDescription = Awaited<ReturnType<Connection['workflowService']['describeWorkflowExecution']>>;
type RawActivity = NonNullable<RawDescription['pendingActivities']>[number];

/** An activity that the run waits for, or was waiting for when it was ended. */
export interface PendingActivity {
  activityId: string;
  name: string;
  /** For mcpa's own: `analyst, turn 3` or `files.read`. */
  what?: string;
  state: 'scheduled' | 'started' | 'cancel_requested' | 'paused';
  attempt: number;
  /** Absent: no limit. */
  maximumAttempts?: number;
  /** ISO 8601. */
  scheduledAt: string;
  startedAt?: string;
  lastHeartbeatAt?: string;
  nextAttemptAt?: string;
  lastError?: string;
  /** The call goes on at its server as this task: each look at it is an attempt, `nextAttemptAt` the next one. */
  task?: { id: string; message?: string };
  worker?: string;
}

/** Numbers of `temporal.api.enums.v1.PendingActivityState`. */
const STATES: Record<number, PendingActivity['state']> = {
  2: 'started',
  3: 'cancel_requested',
  4: 'paused',
  5: 'paused',
};

export function pendingActivity(raw: RawActivity, logged: LoggedActivity[], ended: boolean): PendingActivity {
  const name = raw.activityType?.name ?? '';
  const activity = logged.find(({ id }) => id === raw.activityId);
  const what = activity && subjectOf(activity);
  const state = STATES[raw.state ?? 1] ?? 'scheduled';
  const scheduled = activity?.scheduledAt ?? timeOf(raw.scheduledTime);
  const next = state === 'scheduled' && !ended ? timeOf(raw.nextAttemptScheduleTime ?? raw.scheduledTime) : 0;
  return {
    activityId: raw.activityId ?? '',
    name,
    ...(what && { what }),
    state,
    attempt: raw.attempt ?? 1,
    ...(raw.maximumAttempts && { maximumAttempts: raw.maximumAttempts }),
    scheduledAt: new Date(scheduled).toISOString(),
    ...time('startedAt', raw.lastStartedTime),
    ...time('lastHeartbeatAt', raw.lastHeartbeatTime),
    ...(next > 0 && (raw.attempt ?? 1) > 1 && { nextAttemptAt: new Date(next).toISOString() }),
    ...lastError(raw),
    ...taskOf(raw, activity),
    ...(raw.lastWorkerIdentity && { worker: raw.lastWorkerIdentity }),
  };
}

/** A look at a task that goes on is no error. */
function lastError({ lastFailure }: RawActivity): { lastError?: string } {
  if (!lastFailure) return {};
  const { type, message } = rootCause(lastFailure);
  return type === FAILURE.taskWorking ? {} : { lastError: message };
}

function taskOf(raw: RawActivity, activity: LoggedActivity | undefined): Pick<PendingActivity, 'task'> {
  const id = activity?.name === WIRE.callTool && (activity.input as CallToolInput).task?.id;
  if (!id) return {};
  const { message } = (decodeFirst(raw.heartbeatDetails) ?? {}) as Partial<TaskProgress>;
  return { task: { id, ...(message === undefined ? {} : { message }) } };
}

function subjectOf({ name, input }: LoggedActivity): string | undefined {
  if (name === WIRE.generate) {
    const { agent, turn } = input as GenerateInput;
    return `${agent}, turn ${turn}`;
  }
  if (name !== WIRE.callTool) return undefined;
  const { server, tool } = input as CallToolInput;
  return `${server}.${tool}`;
}

function time<K extends string>(key: K, stamp: Parameters<typeof timeOf>[0]): { [key in K]?: string } {
  const at = timeOf(stamp);
  return (at > 0 ? { [key]: new Date(at).toISOString() } : {}) as { [key in K]?: string };
}
