import { McpaError } from '../core/index.js';
import type { RunEvent } from './history/events.js';

/** A worker took a run whose workflow it doesn't have: it was started before the workflow was written, or elsewhere. */
export function lacksWorkflow(
  { worker, message }: RunEvent & { type: 'task_failed' },
  workflowId: string,
): McpaError {
  const told = /^no workflow "(.*)" in this worker, which has: (.*)$/s.exec(message);
  const what = told ? `has no workflow "${told[1]}"; it has: ${told[2]}` : 'does not have its workflow';
  return new McpaError('WORKER_LACKS_WORKFLOW', `worker ${worker} took run ${workflowId} but ${what}`, {
    hint: 'correct the name, restart that worker with the current workflow files, or use another --task-queue; the run waits',
  });
}
