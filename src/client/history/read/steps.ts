import { timeOf } from '../../presence.js';
import type { EventBody } from '../events.js';
import type { HistoryEvent } from '../history-reader.js';
import { decodeOne, rootFailure } from '../payloads.js';

/** The deadline of a question: told when it closes the question. */
const OWN = /^(q\d+ expires|mcpa: .*)$/;

/** Timers of the workflow; those of mcpa's own are left out. */
export class TimerReader {
  readonly #own = new Set<string>();

  read(event: HistoryEvent): EventBody[] | undefined {
    const started = event.timerStartedEventAttributes;
    if (started) {
      const payload = event.userMetadata?.summary;
      const summary = payload ? decodeOne(payload) : undefined;
      const timerId = started.timerId ?? '';
      if (typeof summary === 'string' && OWN.test(summary)) {
        this.#own.add(timerId);
        return [];
      }
      const ms = timeOf(started.startToFireTimeout);
      const named = typeof summary === 'string' && summary !== '' ? { summary } : {};
      return [{ type: 'timer', state: 'started', timerId, ms, ...named }];
    }
    const fired = event.timerFiredEventAttributes;
    const ended = fired ?? event.timerCanceledEventAttributes;
    if (!ended) return undefined;
    const timerId = ended.timerId ?? '';
    if (this.#own.delete(timerId)) return [];
    return [{ type: 'timer', state: fired ? 'fired' : 'cancelled', timerId }];
  }
}

export function childEvent(event: HistoryEvent): EventBody[] | undefined {
  const refused = event.startChildWorkflowExecutionFailedEventAttributes;
  if (refused) {
    const message = 'a run with its id exists already';
    const childId = refused.workflowId ?? '';
    const workflow = refused.workflowType?.name ?? '';
    return [{ type: 'child', state: 'not_started', workflow, childId, message }];
  }
  const failed = event.childWorkflowExecutionFailedEventAttributes;
  const states = [
    ['started', event.childWorkflowExecutionStartedEventAttributes],
    ['completed', event.childWorkflowExecutionCompletedEventAttributes],
    ['failed', failed],
    ['cancelled', event.childWorkflowExecutionCanceledEventAttributes],
    ['timed_out', event.childWorkflowExecutionTimedOutEventAttributes],
    ['terminated', event.childWorkflowExecutionTerminatedEventAttributes],
  ] as const;
  for (const [state, child] of states) {
    if (!child) continue;
    const { workflowId, runId } = child.workflowExecution ?? {};
    return [
      {
        type: 'child',
        state,
        workflow: child.workflowType?.name ?? '',
        childId: workflowId ?? '',
        ...(runId ? { childRunId: runId } : {}),
        ...(failed ? { message: rootFailure(failed.failure).message } : {}),
      },
    ];
  }
  return undefined;
}
