import { McpaError } from '../../../core/index.js';

/** Ctrl-C while a run is waited for: the run goes on. */
export function waitInterrupted(what: string, workflowId: string): McpaError {
  return new McpaError('INTERRUPTED', `${what}: no longer waiting; run ${workflowId} goes on`, {
    hint: `mcpa describe ${workflowId}`,
  });
}
