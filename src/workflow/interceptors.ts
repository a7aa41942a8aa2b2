import { CancellationScope, ContinueAsNew, type WorkflowInterceptors } from '@temporalio/workflow';
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
          record.close();
          return result;
        } catch (error) {
          if (!(error instanceof ContinueAsNew)) record.close();
          throw asRunFailure(error);
        }
      },
      // A plain error in a handler would fail the task, and the run would be stuck in repeating it.
      handleSignal: (input, next) => next(input).catch(rethrowAsFailure),
      handleUpdate: (input, next) => next(input).catch(rethrowAsFailure),
    },
  ],
  outbound: [
    {
      scheduleActivity: (input, next) => operations().gate.pass(() => next(input)),
      scheduleLocalActivity: (input, next) => operations().gate.pass(() => next(input)),
      startTimer: (input, next) => operations().gate.pass(() => next(input)),
      signalWorkflow: (input, next) => operations().gate.pass(() => next(input)),
      startNexusOperation: (input, next) => operations().gate.pass(() => next(input)),
      startChildWorkflowExecution: (input, next) =>
        operations().gate.pass(() => next({ ...input, headers: operations().childHeaders(input.headers) })),
      continueAsNew: ({ headers, options, ...input }, next) => {
        const memo = operations().carryMemo(options.memo);
        const carried = { ...options, ...(memo !== undefined && { memo }) };
        return next({ ...input, headers: operations().carryHeaders(headers), options: carried });
      },
    },
    ...replaySteps,
  ],
});

function rethrowAsFailure(error: unknown): never {
  throw asRunFailure(error);
}
