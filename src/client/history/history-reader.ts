import type { Connection } from '@temporalio/client';
import { timeOf } from '../presence.js';
import type { EventBody } from './events.js';
import { decodeAll, decodeOne, rootFailure } from './payloads.js';
import { Activities } from './read/activities.js';
import type { OpenActivity } from './read/calls.js';
import { closing } from './read/closing.js';
import { FillReader } from './read/fill.js';
import { MessageReader } from './read/messages.js';
import { RecordReader } from './read/record.js';
import { childEvent, TimerReader } from './read/steps.js';
import { isTextList } from './wire-shapes.js';

type HistoryAnswer = Awaited<ReturnType<Connection['workflowService']['getWorkflowExecutionHistory']>>;
export type HistoryEvent = NonNullable<NonNullable<HistoryAnswer['history']>['events']>[number];
export type { OpenActivity };

/**
 * `WorkflowTaskFailedCause`: a signal came while the task was answered, a sticky queue or the run was reset, the
 * engine moved it: the next task goes on as if nothing were.
 */
const HARMLESS = new Set([1, 13, 17, 18, 20, 31, 39]);

const RESUME = new Set(['mcpa.resume', 'resume']);

/**
 * Reads one run's history in order: raw events in, what they mean out. What an event means depends on those
 * before it, never on when it is read.
 */
export class HistoryReader {
  readonly #activities = new Activities();
  readonly #record = new RecordReader();
  readonly #messages = new MessageReader();
  readonly #timers = new TimerReader();
  readonly #fill = new FillReader();
  #worker: string | undefined;

  /** Activities that have begun and not ended. */
  open(): OpenActivity[] {
    return this.#activities.open();
  }

  read(event: HistoryEvent): EventBody[] {
    return (
      this.#activities.read(event, timeOf(event.eventTime)) ??
      this.#start(event) ??
      this.#task(event) ??
      this.#message(event) ??
      this.#timers.read(event) ??
      childEvent(event) ??
      this.#attributes(event) ??
      this.#end(event)
    );
  }

  #start({ workflowExecutionStartedEventAttributes: start }: HistoryEvent): EventBody[] | undefined {
    if (!start) return undefined;
    this.#record.begin(start.memo?.fields);
    return [
      {
        type: 'run_started',
        workflow: start.workflowType?.name ?? '',
        taskQueue: start.taskQueue?.name ?? '',
        input: decodeAll(start.input),
        ...(start.continuedExecutionRunId ? { continues: start.continuedExecutionRunId } : {}),
      },
    ];
  }

  #task(event: HistoryEvent): EventBody[] | undefined {
    const task = event.workflowTaskStartedEventAttributes;
    if (task) {
      const worker = task.identity ?? '';
      const fill = this.#fill.read(event);
      // The engine shows the next attempt of a failed task as started, without a worker.
      if (worker === '' || worker === this.#worker) return fill;
      this.#worker = worker;
      return [{ type: 'task_started', worker }, ...fill];
    }
    const failed = event.workflowTaskFailedEventAttributes;
    if (!failed) return undefined;
    if (HARMLESS.has(failed.cause ?? 0)) return [];
    this.#worker = undefined;
    return [taskFailure(failed)];
  }

  #message(event: HistoryEvent): EventBody[] | undefined {
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal && RESUME.has(signal.signalName ?? '')) this.#record.resumeAsked(decodeAll(signal.input)[0]);
    if (event.workflowExecutionCancelRequestedEventAttributes) return [{ type: 'cancel_requested' }];
    return this.#messages.read(event);
  }

  #attributes(event: HistoryEvent): EventBody[] | undefined {
    const memo = event.workflowPropertiesModifiedEventAttributes;
    if (memo) return this.#record.read(memo.upsertedMemo?.fields);
    const upsert = event.upsertWorkflowSearchAttributesEventAttributes;
    if (!upsert) return undefined;
    const state = upsert.searchAttributes?.indexedFields?.McpaState;
    const states = state ? decodeOne(state) : undefined;
    return state ? [{ type: 'state', states: isTextList(states) ? states : [] }] : [];
  }

  #end(event: HistoryEvent): EventBody[] {
    const end = closing(event);
    return end ? [end] : [];
  }
}

function taskFailure(failed: NonNullable<HistoryEvent['workflowTaskFailedEventAttributes']>): EventBody {
  const { message } = rootFailure(failed.failure);
  const worker = failed.identity ?? '';
  // mcpa's bundles name what they have; the second form is of other workers on the queue.
  const lacks = /^no workflow ".*" in this worker|Failed to initialize workflow of type/i.test(message);
  return { type: 'task_failed', message, worker, ...(lacks && { code: 'WORKER_LACKS_WORKFLOW' as const }) };
}
