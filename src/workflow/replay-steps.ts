import {
  continueAsNew,
  proxySinks,
  scheduleActivity,
  sleep,
  startChild,
  type WorkflowInterceptors,
  workflowInfo,
} from '@temporalio/workflow';
import { REPLAY, type ReplaySinks, type ReplayStep } from '../core/index.js';
import { Agent } from './agent/agent.js';

const { [REPLAY.sink]: recorder } = proxySinks<ReplaySinks>();

/**
 * Tells a replay checker what the workflow starts, and from where. Elsewhere it does nothing: real runs must not pay
 * for the stacks, and what is told never changes a command.
 */
export const replaySteps: NonNullable<WorkflowInterceptors['outbound']> = [
  {
    scheduleActivity: (input, next) => {
      tell('activity', input.activityType, scheduleActivity, input.options.summary);
      return next(input);
    },
    startTimer: (input, next) => {
      tell('timer', `${input.durationMs} ms`, sleep, input.options?.summary);
      return next(input);
    },
    startChildWorkflowExecution: (input, next) => {
      tell('child workflow', input.workflowType, startChild, input.options.staticSummary);
      return next(input);
    },
    signalWorkflow: (input, next) => {
      tell('signal', input.signalName, undefined);
      return next(input);
    },
    continueAsNew: (input, next) => {
      tell('continue as new', input.options.workflowType ?? workflowInfo().workflowType, continueAsNew);
      return next(input);
    },
  },
];

function tell(kind: ReplayStep['kind'], name: string, from: unknown, summary?: string): void {
  if (!workflowInfo().taskQueue.startsWith(REPLAY.queue)) return;
  const asked = agentCalls();
  recorder.step({
    kind,
    name,
    stack: stackBelow(from),
    ...(asked.length === 0 ? {} : { asked }),
    ...(summary === undefined ? {} : { summary }),
  });
}

// biome-ignore lint/complexity/useLiteralKeys: a private method
const agentCall: unknown = Agent.prototype['inOrder'];

/** Without the frames of an agent or of the SDK, so that those that count are within V8's limit of ten. */
function stackBelow(from: unknown): string {
  const holder = { stack: '' };
  const { captureStackTrace } = Error as unknown as { captureStackTrace(on: object, below?: unknown): void };
  for (const below of [agentCall, from, undefined]) {
    captureStackTrace(holder, below);
    // Not every start comes through that function.
    if (/\n *at /.test(holder.stack)) break;
  }
  return holder.stack;
}

interface Activator {
  promiseStackStore?: { promiseToStack: Map<Promise<unknown>, { formatted: string }> };
}

/**
 * Where the calls on agents that are still to be answered were made. V8's stacks don't reach over what
 * they wait for; the SDK has noted where each promise came from.
 */
function agentCalls(): string[] {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as { __TEMPORAL_ACTIVATOR__?: Activator };
  const stacks = [...(activator?.promiseStackStore?.promiseToStack.values() ?? [])];
  const calls = stacks.flatMap(({ formatted }) => formatted.split(/^.* (?:Agent\.)?inOrder .*\n/m).slice(1));
  return [...new Set(calls)];
}
