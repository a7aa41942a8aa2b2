import { proxySinks, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import { REPLAY, type ReplaySinks, type ReplayStep } from '../core/index.js';

const { [REPLAY.sink]: recorder } = proxySinks<ReplaySinks>();

/**
 * Tells a replay checker what the workflow starts, and from where. Elsewhere it does nothing: real runs must not pay
 * for the stacks, and what is told never changes a command.
 */
export const replaySteps: NonNullable<WorkflowInterceptors['outbound']> = [
  {
    scheduleActivity: (input, next) => {
      tell('activity', input.activityType, input.options.summary);
      return next(input);
    },
    startTimer: (input, next) => {
      tell('timer', `${input.durationMs} ms`, input.options?.summary);
      return next(input);
    },
    startChildWorkflowExecution: (input, next) => {
      tell('child workflow', input.workflowType, input.options.staticSummary);
      return next(input);
    },
    signalWorkflow: (input, next) => {
      tell('signal', input.signalName);
      return next(input);
    },
    continueAsNew: (input, next) => {
      tell('continue as new', input.options.workflowType ?? workflowInfo().workflowType);
      return next(input);
    },
  },
];

function tell(kind: ReplayStep['kind'], name: string, summary?: string): void {
  if (!workflowInfo().taskQueue.startsWith(REPLAY.queue)) return;
  recorder.step({ kind, name, stack: deepStack(), ...(summary === undefined ? {} : { summary }) });
}

/** The user's own line stands below mcpa's and the SDK's: ten frames, the default, don't reach it. */
function deepStack(): string {
  const errors = Error as ErrorConstructor & { stackTraceLimit: number };
  const before = errors.stackTraceLimit;
  errors.stackTraceLimit = 60;
  try {
    return new Error().stack ?? '';
  } finally {
    errors.stackTraceLimit = before;
  }
}
