import { CancellationScope, ContinueAsNew, type WorkflowInterceptors } from '@temporalio/workflow';
import { tooLarge, withinLimit } from './calls/too-large.js';
import { handleOperations } from './operate/handlers.js';
import { Operations } from './operate/operations.js';
import { replaySteps } from './replay-steps.js';
import { asRunFailure } from './run-failure.js';
import { operations, runState } from './run-state.js';

export const interceptors = (): WorkflowInterceptors => ({
  inbound: [
    {
      async execute(input, next) {
        runState.operations = new Operations(input.headers, (paused) => {
          for (const hosted of runState.hosted.values()) void hosted.pause(paused);
        });
        const { gate, record } = runState.operations;
        gate.openOnCancel(CancellationScope.current());
        // Before the workflow's first step: a pause that came with the start holds all of it.
        handleOperations(runState.operations);
        try {
          const result = await next(input);
          const refused = tooLarge("the workflow's result", [result]);
          if (refused !== undefined) throw refused;
          record.close();
          return result;
        } catch (error) {
          if (!(error instanceof ContinueAsNew)) record.close();
          throw asRunFailure(error);
        }
      },
      // A plain error in a handler would fail the task, and the run would be stuck in repeating it.
      handleSignal: (input, next) => next(input).catch(rethrowAsFailure),
      handleUpdate: (input, next) => next(input).then(notTooLarge, rethrowAsFailure),
    },
  ],
  outbound: [
    {
      scheduleActivity: (input, next) =>
        withinLimit(`the input of activity ${input.activityType}`, input.args, () =>
          operations().gate.pass(() => next(input)),
        ),
      scheduleLocalActivity: (input, next) =>
        withinLimit(`the input of activity ${input.activityType}`, input.args, () =>
          operations().gate.pass(() => next(input)),
        ),
      startTimer: (input, next) => operations().gate.pass(() => next(input)),
      signalWorkflow: (input, next) =>
        withinLimit(`signal ${input.signalName}`, input.args, () =>
          operations().gate.pass(() => next(input)),
        ),
      startNexusOperation: (input, next) => operations().gate.pass(() => next(input)),
      startChildWorkflowExecution: (input, next) =>
        withinLimit(`the input of workflow ${input.workflowType}`, input.options.args ?? [], () =>
          operations().gate.pass(() => next({ ...input, headers: operations().childHeaders(input.headers) })),
        ),
      continueAsNew: ({ headers, options, ...input }, next) =>
        withinLimit('the input of continueAsNew', input.args, () => {
          const memo = operations().carryMemo(options.memo);
          const carried = { ...options, ...(memo !== undefined && { memo }) };
          return next({ ...input, headers: operations().carryHeaders(headers), options: carried });
        }),
    },
    ...replaySteps,
  ],
});

function notTooLarge(result: unknown): unknown {
  const refused = tooLarge("the update's result", [result]);
  if (refused !== undefined) throw refused;
  return result;
}

function rethrowAsFailure(error: unknown): never {
  throw asRunFailure(error);
}
