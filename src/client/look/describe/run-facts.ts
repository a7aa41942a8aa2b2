import { type Carry, HEADER } from '../../../core/index.js';
import type { HistoryEvent } from '../../history/history-reader.js';
import { decodeAll, decodeFirst, decodeOne } from '../../history/payloads.js';
import { timeOf } from '../../presence.js';
import { ActivityLog } from '../activity-log.js';
import { AgentSums } from './agent-sums.js';
import { type RootCause, rootCause } from './root-cause.js';

/** Numbers of `temporal.api.enums.v1.ContinueAsNewInitiator` that mean "the same work goes on". */
const CONTINUED = 1;
const RETRIED = 2;

export interface StartFacts {
  workflow: string;
  input: unknown[];
  attempt: number;
  firstRunId: string;
  previous?: { runId: string; how: 'continued' | 'retried' | 'scheduled' };
  /** What the run before handed over. */
  carry?: Carry;
}

/** The first event of a workflow task that fails over and over; later ones leave no event. */
export interface TaskFailure {
  message: string;
  worker: string;
  /** ISO 8601. */
  at: string;
}

/** What the history of one run says, read once. */
export class RunFacts {
  readonly activities = new ActivityLog();
  readonly sums: AgentSums;
  readonly children = new Map<string, { workflowId: string; runId: string }>();
  readonly timers = new Map<string, { timerId: string; firesAt: string }>();
  start: StartFacts | undefined;
  failure: RootCause | undefined;
  result: unknown;
  nextRunId: string | undefined;
  taskFailure: TaskFailure | undefined;

  constructor(workflowId: string) {
    this.sums = new AgentSums(workflowId);
  }

  take(event: HistoryEvent): void {
    if (this.activities.started(event)) return;
    const ended = this.activities.ended(event);
    if (ended) this.sums.take(ended.activity, ended.end);
    else {
      this.#takeStart(event);
      this.#takeTask(event);
      this.#takeTimer(event);
      this.#takeEnd(event);
      const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
      if (child)
        this.children.set(child.runId ?? '', {
          workflowId: child.workflowId ?? '',
          runId: child.runId ?? '',
        });
    }
  }

  #takeStart(event: HistoryEvent): void {
    const start = event.workflowExecutionStartedEventAttributes;
    if (!start) return;
    const carry = start.header?.fields?.[HEADER.carry];
    const how =
      start.initiator === CONTINUED ? 'continued' : start.initiator === RETRIED ? 'retried' : 'scheduled';
    this.start = {
      workflow: start.workflowType?.name ?? '',
      input: decodeAll(start.input),
      attempt: start.attempt ?? 1,
      firstRunId: start.firstExecutionRunId ?? '',
      ...(start.continuedExecutionRunId && { previous: { runId: start.continuedExecutionRunId, how } }),
      // A retry starts with the headers of the run that it repeats: what that one was handed, it was too.
      ...(carry && { carry: decodeOne(carry) as Carry }),
    };
  }

  #takeTask(event: HistoryEvent): void {
    if (event.workflowTaskCompletedEventAttributes) this.taskFailure = undefined;
    const failed = event.workflowTaskFailedEventAttributes;
    // A reset and a task overtaken by a signal stand as failures too; they have none.
    if (!failed?.failure?.message || failed.baseRunId) return;
    this.taskFailure = {
      message: rootCause(failed.failure).message,
      worker: failed.identity ?? '',
      at: new Date(timeOf(event.eventTime)).toISOString(),
    };
  }

  #takeTimer(event: HistoryEvent): void {
    const started = event.timerStartedEventAttributes;
    if (started) {
      const timerId = started.timerId ?? '';
      const fires = timeOf(event.eventTime) + timeOf(started.startToFireTimeout);
      this.timers.set(timerId, { timerId, firesAt: new Date(fires).toISOString() });
    }
    const ended = event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes;
    if (ended) this.timers.delete(ended.timerId ?? '');
  }

  #takeEnd(event: HistoryEvent): void {
    const completed = event.workflowExecutionCompletedEventAttributes;
    if (completed) this.result = decodeFirst(completed.result);
    const failed = event.workflowExecutionFailedEventAttributes;
    if (failed) this.failure = rootCause(failed.failure);
    const terminated = event.workflowExecutionTerminatedEventAttributes;
    if (terminated) this.failure = { message: terminated.reason || 'terminated without a reason' };
    if (event.workflowExecutionTimedOutEventAttributes)
      this.failure = { message: 'the time that the start allowed had passed' };
    const next =
      event.workflowExecutionContinuedAsNewEventAttributes ??
      completed ??
      failed ??
      event.workflowExecutionTimedOutEventAttributes;
    if (next?.newExecutionRunId) this.nextRunId = next.newExecutionRunId;
  }
}
