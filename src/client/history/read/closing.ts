import type { Json } from '../../../core/index.js';
import type { EventBody } from '../events.js';
import type { HistoryEvent } from '../history-reader.js';
import { decodeFirst, rootFailure } from '../payloads.js';

/** The event that ends a run, or hands it on to the next one of its chain. */
export function closing(event: HistoryEvent): EventBody | undefined {
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) {
    if (completed.newExecutionRunId) return next(completed.newExecutionRunId);
    const result = decodeFirst(completed.result) as Json | undefined;
    return result === undefined ? { type: 'run_completed' } : { type: 'run_completed', result };
  }
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) {
    const { message, type, at } = rootFailure(failed.failure);
    // A workflow retry policy goes on in a new run.
    if (failed.newExecutionRunId) return next(failed.newExecutionRunId, message);
    return { type: 'run_failed', message, ...(type && { failureType: type }), ...(at && { at }) };
  }
  if (event.workflowExecutionCanceledEventAttributes) return { type: 'run_cancelled' };
  const timedOut = event.workflowExecutionTimedOutEventAttributes;
  if (timedOut) {
    return timedOut.newExecutionRunId
      ? next(timedOut.newExecutionRunId, 'timed out')
      : { type: 'run_timed_out' };
  }
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return { type: 'run_terminated', reason: terminated.reason ?? '' };
  const continued = event.workflowExecutionContinuedAsNewEventAttributes;
  if (!continued) return undefined;
  const failure = continued.failure ? rootFailure(continued.failure).message : undefined;
  return next(continued.newExecutionRunId ?? '', failure);
}

function next(newRunId: string, message?: string): EventBody {
  return { type: 'run_continued', newRunId, ...(message === undefined ? {} : { message }) };
}
