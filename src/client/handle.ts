import type {
  QueryDefinition,
  SignalDefinition,
  UpdateDefinition,
  WorkflowExecutionDescription,
  WorkflowHandle,
} from '@temporalio/client';
import { unlocked } from '../config/index.js';
import type { PauseInfo, Question } from '../core/index.js';
import { queryRun } from './act/messages/query.js';
import { type UpdateOptions, updateRun } from './act/messages/update.js';
import { type PauseOptions, type PauseOutcome, pauseRun, resumeRun } from './act/pause/pause.js';
import { type RetryOptions, retryRun } from './act/retry/retry.js';
import type { RunRef } from './act/run-ref.js';
import type { OpenClient } from './connection.js';
import { mapRunError } from './errors.js';
import type { RunEvent } from './history/events.js';
import { type FollowOptions, followRun } from './history/follow.js';
import { type AnswerInput, type AnswerOutcome, answerQuestion } from './human/answer.js';
import { openQuestions } from './human/questions.js';
import { readRefusal } from './human/refusals.js';
import { describeRun } from './look/describe/describe-run.js';
import type { RunDetails } from './look/describe/run-details.js';
import { type MessagesOptions, type RunMessages, readMessages } from './look/messages/read-messages.js';

/** One run: signal it, ask it, follow it, wait for its result. */
export class RunHandle<R = unknown> {
  readonly workflowId: string;
  /** Absent: the newest run of the id. */
  readonly runId: string | undefined;
  readonly #open: OpenClient;
  readonly #addressed: string | undefined;
  readonly #handle: WorkflowHandle;

  /** `chain`: the run was started here, and what continues it is meant as well. */
  constructor(open: OpenClient, workflowId: string, runId?: string, chain = false) {
    this.workflowId = workflowId;
    this.runId = runId;
    this.#open = open;
    this.#addressed = chain ? undefined : runId;
    this.#handle = open.client.workflow.getHandle(
      workflowId,
      this.#addressed,
      chain && runId !== undefined ? { firstExecutionRunId: runId } : {},
    );
  }

  /** Sends a signal, by name or by the definition that the workflow exports. */
  signal<Args extends unknown[] = unknown[]>(
    signal: string | SignalDefinition<Args>,
    ...args: Args
  ): Promise<void> {
    return this.#map(() => this.#handle.signal<Args>(signal, ...args));
  }

  /** Asks the run; throws `NO_WORKER` when none answers, `QUERY_UNKNOWN` with the queries that exist. */
  // biome-ignore lint/suspicious/noExplicitAny: a query by name may have any arguments
  query<Ret = unknown, Args extends any[] = any[]>(
    query: string | QueryDefinition<Ret, Args>,
    ...args: Args
  ): Promise<Ret> {
    return queryRun<Ret>(this.#open, this.#ref, nameOf(query), args);
  }

  /** Sends an update and waits for its result; throws what the run's validator or handler says. */
  // biome-ignore lint/suspicious/noExplicitAny: an update by name may have any arguments
  async update<Ret = unknown, Args extends any[] = any[]>(
    update: string | UpdateDefinition<Ret, Args>,
    options: UpdateOptions & { args?: Args } = {},
  ): Promise<Ret> {
    const { args = [], ...rest } = options;
    return (await updateRun<Ret>(this.#open, this.#ref, nameOf(update), args, rest)).result;
  }

  /** Pauses the run, and waits until it is paused and nothing of it is in flight any more. */
  pause(options?: PauseOptions): Promise<PauseOutcome> {
    return pauseRun(this.#open, this.#ref, options);
  }

  resume(options?: PauseOptions): Promise<PauseOutcome> {
    return resumeRun(this.#open, this.#ref, options);
  }

  /** Takes a run that failed up again from before the failing step; the handle of the new run. */
  async retry(options?: RetryOptions): Promise<RunHandle<R>> {
    const { workflowId, runId } = await retryRun(this.#open, this.#ref, options);
    return new RunHandle<R>(this.#open, workflowId, runId, true);
  }

  /** The questions that wait for a person. */
  questions(): Promise<Question[]> {
    return openQuestions(this.#open, this.#ref);
  }

  /** Why the run waits for its model's provider: a key that it refuses, or a lack of credit; undefined when it doesn't. */
  refusal(): Promise<PauseInfo | undefined> {
    return readRefusal(this.#open, this.#ref);
  }

  /** Answers a question; `queued` when no worker took it in time: the run checks it when one is back. */
  answer(answer: AnswerInput): Promise<AnswerOutcome> {
    return answerQuestion(this.#open, this.#ref, answer);
  }

  /** Asks the run to stop; it may clean up first, so `result()` tells when it did. */
  async cancel(): Promise<void> {
    await this.#map(() => this.#handle.cancel());
  }

  async terminate(reason?: string): Promise<void> {
    await this.#map(() => this.#handle.terminate(reason));
  }

  result(): Promise<R> {
    // Of this run and what continues it: the id may be another run's by now.
    const handle = this.#open.client.workflow.getHandle(this.workflowId, this.runId);
    return this.#map(() => handle.result().then(unlocked) as Promise<R>);
  }

  describe(): Promise<WorkflowExecutionDescription> {
    return this.#map(() => this.#handle.describe());
  }

  /** All that `mcpa describe` shows: exact sums by agent, pending work, the cause of a failure; needs no worker. */
  details(): Promise<RunDetails> {
    return describeRun(this.#open, this.workflowId, this.runId);
  }

  /** The conversations as the models saw them, rebuilt from history; needs no worker. */
  messages(options?: MessagesOptions): Promise<RunMessages> {
    return readMessages(this.#open, this.workflowId, this.runId, options);
  }

  events(options?: FollowOptions): AsyncIterable<RunEvent> {
    return followRun(this.#open, this.workflowId, this.runId, options);
  }

  get #ref(): RunRef {
    return { workflowId: this.workflowId, runId: this.#addressed };
  }

  async #map<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw mapRunError(error, this.workflowId, this.#open.where);
    }
  }
}

const nameOf = (message: string | { name: string }) => (typeof message === 'string' ? message : message.name);
