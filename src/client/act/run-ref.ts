import type { WorkflowExecutionDescription } from '@temporalio/client';
import { McpaError } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { mapRunError } from '../errors.js';

/** The run that an act is for; without `runId` the newest of its id. */
export interface RunRef {
  workflowId: string;
  runId?: string | undefined;
}

export async function describeRun(open: OpenClient, run: RunRef): Promise<WorkflowExecutionDescription> {
  try {
    return await open.client.workflow.getHandle(run.workflowId, run.runId).describe();
  } catch (error) {
    throw mapRunError(error, run.workflowId, open.where);
  }
}

/** How a run ended, in the words of `--json`. */
export type EndState = 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed_out' | 'continued';

const END_STATES: Record<string, EndState> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed_out',
  CONTINUED_AS_NEW: 'continued',
};

/** Undefined while the run is open. */
export function endState(description: WorkflowExecutionDescription): EndState | undefined {
  return END_STATES[description.status.name];
}

export function runClosed(workflowId: string, state: EndState): McpaError {
  return new McpaError('RUN_CLOSED', `run ${workflowId} has ended already: ${state.replace('_', ' ')}`, {
    hint: `mcpa result ${workflowId}`,
  });
}
