import type { WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import type { Question } from '../core/index.js';
import type { OpenClient } from './connection.js';
import { mapRunError } from './errors.js';
import type { RunEvent } from './history/events.js';
import { type FollowOptions, followRun } from './history/follow.js';
import { type AnswerInput, type AnswerOutcome, answerQuestion } from './human/answer.js';
import { openQuestions } from './human/questions.js';
import { describeRun } from './look/describe/describe-run.js';
import type { RunDetails } from './look/describe/run-details.js';
import { type MessagesOptions, type RunMessages, readMessages } from './look/messages/read-messages.js';

/** One run: signal it, ask it, follow it, wait for its result. */
export class RunHandle<R = unknown> {
  readonly workflowId: string;
  /** Absent: the newest run of the id. */
  readonly runId: string | undefined;
  readonly #open: OpenClient;
  readonly #handle: WorkflowHandle;

  constructor(open: OpenClient, workflowId: string, runId?: string) {
    this.workflowId = workflowId;
    this.runId = runId;
    this.#open = open;
    this.#handle = open.client.workflow.getHandle(workflowId, runId);
  }

  signal(name: string, ...args: unknown[]): Promise<void> {
    return this.#map(() => this.#handle.signal(name, ...args));
  }

  query<T = unknown>(name: string, ...args: unknown[]): Promise<T> {
    return this.#map(() => this.#handle.query<T, unknown[]>(name, ...args));
  }

  /** The questions that wait for a person. */
  questions(): Promise<Question[]> {
    return openQuestions(this.#open, this);
  }

  /** Answers a question; `queued` when no worker took it in time: the run checks it when one is back. */
  answer(answer: AnswerInput): Promise<AnswerOutcome> {
    return answerQuestion(this.#open, this, answer);
  }

  /** Asks the run to stop; it may clean up first, so `result()` tells when it did. */
  async cancel(): Promise<void> {
    await this.#map(() => this.#handle.cancel());
  }

  async terminate(reason?: string): Promise<void> {
    await this.#map(() => this.#handle.terminate(reason));
  }

  result(): Promise<R> {
    return this.#map(() => this.#handle.result() as Promise<R>);
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

  async #map<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw mapRunError(error, this.workflowId, this.#open.where);
    }
  }
}
