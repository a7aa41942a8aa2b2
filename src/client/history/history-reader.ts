import type { Connection } from '@temporalio/client';
import {
  type CallToolInput,
  type CallToolOutput,
  FAILURE,
  type GenerateInput,
  type GenerateOutput,
  type Json,
  textOf,
  WIRE,
} from '../../core/index.js';
import { timeOf } from '../presence.js';
import type { EventBody, ToolCallRef } from './events.js';
import { decodeAll, decodeFirst, decodeOne, rootFailure } from './payloads.js';

type HistoryAnswer = Awaited<ReturnType<Connection['workflowService']['getWorkflowExecutionHistory']>>;
export type HistoryEvent = NonNullable<NonNullable<HistoryAnswer['history']>['events']>[number];

/** An activity that history says is open. */
export interface OpenActivity {
  id: string;
  name: string;
  input: unknown;
  at: number;
}

/** Reads one run's history in order: raw events in, what they mean out. Remembers what is open. */
export class HistoryReader {
  readonly #scheduled = new Map<string, OpenActivity>();

  open(): OpenActivity[] {
    return [...this.#scheduled.values()];
  }

  read(event: HistoryEvent): EventBody[] {
    const at = timeOf(event.eventTime);
    return this.#activity(event, at) ?? this.#message(event) ?? closing(event) ?? [];
  }

  #activity(event: HistoryEvent, at: number): EventBody[] | undefined {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      const activity: OpenActivity = {
        id: scheduled.activityId ?? '',
        name: scheduled.activityType?.name ?? '',
        input: decodeFirst(scheduled.input),
        at,
      };
      this.#scheduled.set(String(event.eventId), activity);
      return [started(activity)];
    }
    const completed = event.activityTaskCompletedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
    const canceled = event.activityTaskCanceledEventAttributes;
    const ended = completed ?? failed ?? canceled;
    if (!ended) return undefined;
    const key = String(ended.scheduledEventId);
    const activity = this.#scheduled.get(key);
    this.#scheduled.delete(key);
    if (!activity) return [];
    const ms = Math.max(0, at - activity.at);
    if (completed) return [activityDone(activity, ms, decodeFirst(completed.result))];
    const failure = canceled ? { message: 'cancelled' } : rootFailure(failed?.failure);
    // The worker forgot the conversation and gets it whole: bookkeeping, not an event of the run.
    if ('type' in failure && failure.type === FAILURE.conversationMiss) return [];
    return [activityFailed(activity, ms, failure.message)];
  }

  #message(event: HistoryEvent): EventBody[] | undefined {
    const start = event.workflowExecutionStartedEventAttributes;
    if (start) {
      return [
        {
          type: 'run_started',
          workflow: start.workflowType?.name ?? '',
          taskQueue: start.taskQueue?.name ?? '',
          input: decodeAll(start.input),
        },
      ];
    }
    const task = event.workflowTaskStartedEventAttributes;
    if (task) return [{ type: 'task_started', worker: task.identity ?? '' }];
    const taskFailed = event.workflowTaskFailedEventAttributes;
    if (taskFailed) return [taskFailure(taskFailed)];
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal) return [{ type: 'signal', name: signal.signalName ?? '', args: decodeAll(signal.input) }];
    if (event.workflowExecutionCancelRequestedEventAttributes) return [{ type: 'cancel_requested' }];
    const upsert = event.upsertWorkflowSearchAttributesEventAttributes;
    if (upsert) {
      const state = upsert.searchAttributes?.indexedFields?.McpaState;
      return state ? [{ type: 'state', states: (decodeOne(state) as string[] | undefined) ?? [] }] : [];
    }
    return timerOrChild(event);
  }
}

function started(activity: OpenActivity): EventBody {
  const activityId = activity.id;
  if (activity.name === WIRE.generate) {
    const input = activity.input as GenerateInput;
    return { type: 'turn_started', agent: input.agent, turn: input.turn, activityId };
  }
  if (activity.name === WIRE.callTool) {
    return {
      type: 'tool_call_started',
      ...toolRef(activity),
      arguments: (activity.input as CallToolInput).arguments,
    };
  }
  return { type: 'activity_started', name: activity.name, activityId };
}

function activityDone(activity: OpenActivity, ms: number, result: unknown): EventBody {
  const activityId = activity.id;
  if (activity.name === WIRE.generate) {
    const { agent, turn } = activity.input as GenerateInput;
    const { model, usage, content, stopReason } = result as GenerateOutput;
    const toolCalls = content.flatMap((part) =>
      part.type === 'tool_call' ? [{ id: part.id, name: part.name, arguments: part.arguments }] : [],
    );
    const text = textOf(content);
    return {
      type: 'model_call_completed',
      agent,
      turn,
      activityId,
      model,
      usage,
      ms,
      text,
      toolCalls,
      stopReason,
    };
  }
  if (activity.name === WIRE.callTool) {
    const output = result as CallToolOutput;
    const isError = output.isError === true;
    return { type: 'tool_call_completed', ...toolRef(activity), ms, isError, text: textOf(output.content) };
  }
  return { type: 'activity_completed', name: activity.name, activityId, ms };
}

function activityFailed(activity: OpenActivity, ms: number, message: string): EventBody {
  const activityId = activity.id;
  if (activity.name === WIRE.generate) {
    const { agent, turn } = activity.input as GenerateInput;
    return { type: 'model_call_failed', agent, turn, activityId, ms, message };
  }
  if (activity.name === WIRE.callTool) return { type: 'tool_call_failed', ...toolRef(activity), ms, message };
  return { type: 'activity_failed', name: activity.name, activityId, ms, message };
}

function toolRef(activity: OpenActivity): ToolCallRef {
  const { agent, callId, server, tool } = activity.input as CallToolInput;
  return { agent, activityId: activity.id, callId, server, tool };
}

function taskFailure(failed: NonNullable<HistoryEvent['workflowTaskFailedEventAttributes']>): EventBody {
  const { message } = rootFailure(failed.failure);
  const worker = failed.identity ?? '';
  // mcpa's bundles name what they have; the second form is of other workers on the queue.
  const lacks = /^no workflow ".*" in this worker|Failed to initialize workflow of type/i.test(message);
  return { type: 'task_failed', message, worker, ...(lacks && { code: 'WORKER_LACKS_WORKFLOW' as const }) };
}

function timerOrChild(event: HistoryEvent): EventBody[] | undefined {
  const timer = event.timerStartedEventAttributes;
  if (timer) {
    const ms = timeOf(timer.startToFireTimeout);
    return [{ type: 'timer', state: 'started', timerId: timer.timerId ?? '', ms }];
  }
  const fired = event.timerFiredEventAttributes;
  if (fired) return [{ type: 'timer', state: 'fired', timerId: fired.timerId ?? '' }];
  const cancelled = event.timerCanceledEventAttributes;
  if (cancelled) return [{ type: 'timer', state: 'cancelled', timerId: cancelled.timerId ?? '' }];
  const states = [
    ['started', event.childWorkflowExecutionStartedEventAttributes],
    ['completed', event.childWorkflowExecutionCompletedEventAttributes],
    ['failed', event.childWorkflowExecutionFailedEventAttributes],
    ['cancelled', event.childWorkflowExecutionCanceledEventAttributes],
    ['timed_out', event.childWorkflowExecutionTimedOutEventAttributes],
    ['terminated', event.childWorkflowExecutionTerminatedEventAttributes],
  ] as const;
  for (const [state, child] of states) {
    if (!child) continue;
    const workflow = child.workflowType?.name ?? '';
    return [{ type: 'child', state, workflow, childId: child.workflowExecution?.workflowId ?? '' }];
  }
  return undefined;
}

function closing(event: HistoryEvent): EventBody[] | undefined {
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) {
    const result = decodeFirst(completed.result) as Json | undefined;
    return [result === undefined ? { type: 'run_completed' } : { type: 'run_completed', result }];
  }
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) {
    // A workflow retry policy goes on in a new run.
    if (failed.newExecutionRunId) return [{ type: 'run_continued', newRunId: failed.newExecutionRunId }];
    const { message, type, at } = rootFailure(failed.failure);
    return [{ type: 'run_failed', message, ...(type && { failureType: type }), ...(at && { at }) }];
  }
  if (event.workflowExecutionCanceledEventAttributes) return [{ type: 'run_cancelled' }];
  if (event.workflowExecutionTimedOutEventAttributes) return [{ type: 'run_timed_out' }];
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return [{ type: 'run_terminated', reason: terminated.reason ?? '' }];
  const continued = event.workflowExecutionContinuedAsNewEventAttributes;
  if (continued) return [{ type: 'run_continued', newRunId: continued.newExecutionRunId ?? '' }];
  return undefined;
}
