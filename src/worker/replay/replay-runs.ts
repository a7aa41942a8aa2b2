import type { InjectedSinks, ReplayResult, ReplayWorkerOptions } from '@temporalio/worker';
import { type Config, loadConfig, PayloadCodec } from '../../config/index.js';
import { REPLAY, type ReplaySinks, type ReplayStep } from '../../core/index.js';
import type { Bundle } from '../bundle/index.js';
import { bundleProject } from '../bundle-project.js';
import { dataConverter } from '../data-converter.js';
import { type Difference, differenceOf } from './difference.js';
import { installQuietRuntime } from './quiet-runtime.js';
import type { RunHistory } from './read-history.js';
import { requireReadable } from './readable.js';
import type { HistoryEvent } from './recorded-steps.js';

type Sdk = typeof import('@temporalio/worker');

export interface ReplayRunsOptions {
  /** Where the project's config is looked for; the working directory otherwise. */
  projectDir?: string;
  /** A config that was loaded already. */
  config?: Config;
  /** The project's bundle, when it was made already. */
  bundle?: Bundle;
}

/** What a replay of one run says. */
export interface ReplayVerdict {
  workflowId: string;
  runId: string;
  /** The workflow's name. */
  workflow: string;
  fits: boolean;
  /** Absent where it fits. */
  difference?: Difference;
}

/**
 * Replays histories of runs on today's workflows and says of each whether it fits. Throws `ENCRYPTION_KEY_MISSING` or
 * `ENCRYPTION_KEY_WRONG` where one can't be replayed for want of its key: that says nothing about the code.
 *
 * @example for await (const { workflowId, fits } of replayRuns([readHistory(json, 'run.json')])) console.log(workflowId, fits);
 */
export async function* replayRuns(
  runs: AsyncIterable<RunHistory> | Iterable<RunHistory>,
  options: ReplayRunsOptions = {},
): AsyncGenerator<ReplayVerdict> {
  const config =
    options.config ??
    (await loadConfig({ ...(options.projectDir ? { cwd: options.projectDir } : {}), require: true })).config;
  const bundle = options.bundle ?? (await bundleProject(config));
  const sdk = await import('@temporalio/worker');
  installQuietRuntime(sdk);
  const replays = new Replays(sdk, config, bundle);
  const codec = new PayloadCodec(config);
  try {
    for await (const run of runs) {
      const events = (run.history as { events?: HistoryEvent[] }).events ?? [];
      const first = events[0]?.workflowExecutionStartedEventAttributes;
      const about = {
        workflowId: run.workflowId,
        runId: run.runId ?? first?.originalExecutionRunId ?? '',
        workflow: first?.workflowType?.name ?? '',
      };
      // Nothing was decided yet: any code fits. Temporal can't replay it.
      const begun = events.some(({ workflowTaskCompletedEventAttributes: done }) => done);
      const error = begun ? await replays.replay(run) : undefined;
      if (error) {
        requireReadable(events, codec);
        const { projectDir } = config;
        const { started } = replays;
        yield { ...about, fits: false, difference: differenceOf({ events, started, error, projectDir }) };
      } else yield { ...about, fits: true };
    }
  } finally {
    await replays.close();
  }
}

/** One replay worker for many histories: its thread and its reading of the bundle cost more than most replays. */
class Replays {
  /** What the code of the last history started. */
  readonly started: ReplayStep[] = [];
  #next: RunHistory | undefined;
  #results: AsyncIterator<ReplayResult> | undefined;

  constructor(
    private readonly sdk: Sdk,
    private readonly config: Config,
    private readonly bundle: Bundle,
  ) {}

  async replay(run: RunHistory): Promise<Error | undefined> {
    this.started.length = 0;
    this.#next = run;
    this.#results ??= this.sdk.Worker.runReplayHistories(this.#options(), this.#handOver());
    try {
      const { value } = await this.#results.next();
      return (value as ReplayResult | undefined)?.error;
    } catch (error) {
      // What Temporal can't read ends its worker: the next history gets another.
      this.#results = undefined;
      return error as Error;
    }
  }

  async close(): Promise<void> {
    await this.#results?.return?.();
  }

  async *#handOver() {
    for (let run = this.#next; run; run = this.#next) {
      this.#next = undefined;
      yield { workflowId: run.workflowId, history: run.history };
    }
  }

  #options(): ReplayWorkerOptions {
    const { code, codePath } = this.bundle;
    const sinks: InjectedSinks<ReplaySinks> = {
      [REPLAY.sink]: {
        step: { fn: (_info, step) => void this.started.push(step), callDuringReplay: true },
      },
    };
    // On a thread: in the main one, where replays run otherwise, a workflow that loops for ever never ends.
    const onThread = { debugMode: false };
    return {
      workflowBundle: code === undefined ? { codePath } : { code },
      replayName: REPLAY.queue,
      dataConverter: dataConverter(this.config),
      sinks,
      ...onThread,
    };
  }
}
