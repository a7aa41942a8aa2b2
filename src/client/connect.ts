import { type Config, type LoadOptions, loadConfig } from '../config/index.js';
import { McpaError } from '../core/index.js';
import type { BatchItem, BatchOptions } from './act/batch/act-on-runs.js';
import { Batches } from './act/batch/batches.js';
import { type OpenClient, openClient } from './connection.js';
import { RunHandle } from './handle.js';
import { type InboxEntry, readInbox } from './human/inbox.js';
import { type RefusedRun, readRefusals } from './human/refusals.js';
import { resumeAfterLogin } from './human/resume-after-login.js';
import { type HistoriesOptions, type OwnedHistory, readHistories } from './look/histories.js';
import { type ListOptions, listRuns, type RunList } from './look/list/list.js';
import { type StartOptions, startRun } from './start.js';
import { addStateAttribute } from './visibility/add-state-attribute.js';
import { knowsStateAttribute } from './visibility/state-attribute.js';

export interface ConnectOptions extends LoadOptions {
  /** A configuration that is loaded already; the rest is then ignored. */
  config?: Config;
}

// biome-ignore lint/suspicious/noExplicitAny: any workflow function, whatever its parameters
type WorkflowFunction = (...args: any[]) => Promise<unknown>;
type ResultOf<W> = W extends WorkflowFunction ? Awaited<ReturnType<W>> : unknown;
type ArgsOf<W> = W extends WorkflowFunction ? Parameters<W> : unknown[];

/** The program's side of mcpa: starts runs and finds them again. */
export class App implements AsyncDisposable {
  readonly config: Config;
  readonly #open: OpenClient;

  constructor(open: OpenClient) {
    this.#open = open;
    this.config = open.config;
  }

  /** Starts a run. With options, the arguments go into `args`: `start(fn, {workflowId, args})`. */
  async start<W extends string | WorkflowFunction>(
    workflow: W,
    options: StartOptions & { args?: ArgsOf<W> },
  ): Promise<RunHandle<ResultOf<W>>> {
    const name = typeof workflow === 'string' ? workflow : workflow.name;
    if (!name) {
      throw new McpaError('WORKFLOW_INVALID', 'the workflow function has no name', {
        hint: 'export it as `export async function Name(…)`, or pass its name as a string',
      });
    }
    const run = await startRun(this.#open, name, options);
    return new RunHandle(this.#open, run.workflowId, run.runId, true);
  }

  startWorkflow<W extends string | WorkflowFunction>(
    workflow: W,
    ...args: ArgsOf<W>
  ): Promise<RunHandle<ResultOf<W>>> {
    return this.start(workflow, { args });
  }

  getHandle<R = unknown>(workflowId: string, runId?: string): RunHandle<R> {
    return new RunHandle<R>(this.#open, workflowId, runId);
  }

  /** Histories of this task queue's runs, for a replay: all open ones and the 20 that ended last, unless told otherwise. */
  histories(options?: HistoriesOptions): AsyncGenerator<OwnedHistory> {
    return readHistories(this.#open, options);
  }

  /** Runs of the namespace with their status and numbers, by one filtered call of the engine's list. */
  list(options?: ListOptions): Promise<RunList> {
    return listRuns(this.#open, options);
  }

  /** Everything that waits for a person, over all runs of the namespace; `query` narrows the list of runs. */
  inbox(query?: string): Promise<InboxEntry[]> {
    return readInbox(this.#open, query);
  }

  /** Runs that wait since their model's provider refuses the key or wants money; `query` narrows the list of runs. */
  refusals(query?: string): Promise<RefusedRun[]> {
    return readRefusals(this.#open, query);
  }

  /** Whether the namespace has the search attribute `McpaState`, by which lists find runs in a state. */
  hasStateAttribute(): Promise<boolean> {
    return knowsStateAttribute(this.#open, { again: true });
  }

  /** Adds `McpaState` to the namespace where it is missing; throws `PERMISSION` where only an administrator may. */
  addStateAttribute(): Promise<void> {
    return addStateAttribute(this.#open);
  }

  /** After a login to an MCP server: lets the runs of this task queue go on that waited for it. */
  resumeAfterLogin(server: string, options?: BatchOptions): Promise<BatchItem[]> {
    return resumeAfterLogin(this.#open, server, options);
  }

  /** The same act on many runs: `app.batch.cancel('WorkflowType = "ReviewWorkflow"')`. */
  get batch(): Batches {
    return new Batches(this.#open);
  }

  /** For tools built on mcpa: the Temporal client beneath. */
  get open(): OpenClient {
    return this.#open;
  }

  close(): Promise<void> {
    return Promise.resolve(this.#open[Symbol.asyncDispose]());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Opens the engine that the project's configuration (or the environment) names. */
export async function connect(options: ConnectOptions = {}): Promise<App> {
  const config = options.config ?? (await loadConfig(options)).config;
  return new App(await openClient(config));
}
