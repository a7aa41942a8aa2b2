import { McpaError } from '../../../core/index.js';
import type { OpenClient } from '../../connection.js';
import { mapRunError } from '../../errors.js';
import { waitForEnd } from '../end.js';
import { type PauseOptions, reachPaused, reachRunning, requestPause, requestResume } from '../pause/pause.js';
import type { RunRef } from '../run-ref.js';
import { type Act, actOnRuns, type BatchItem, type BatchOptions } from './act-on-runs.js';
import { type FoundRun, findOpenRuns } from './find-open-runs.js';

const DEFAULT_MS = 30_000;

/** The same act on many runs: those that a query finds, or a list of them. */
export class Batches {
  constructor(private readonly open: OpenClient) {}

  /** The open runs that a query in Temporal's language finds, newest first. */
  find(query: string): Promise<FoundRun[]> {
    return findOpenRuns(this.open, query);
  }

  /** Cancels each and waits for its end. */
  cancel(which: string | FoundRun[], options: BatchOptions = {}): Promise<BatchItem[]> {
    const { deadline, signal } = limits(options);
    return this.run(which, options, {
      request: (run) => this.call(run, (handle) => handle.cancel()),
      reach: async (run) => {
        const end = await waitForEnd(this.open, run, deadline, signal);
        if (end === undefined) throw notEnded(run);
        return end.state;
      },
    });
  }

  terminate(
    which: string | FoundRun[],
    options: BatchOptions & { reason?: string } = {},
  ): Promise<BatchItem[]> {
    return this.run(which, options, {
      request: (run) => this.call(run, (handle) => handle.terminate(options.reason)),
      reach: async () => 'terminated',
    });
  }

  /** Pauses each and waits until nothing of it is in flight any more. */
  pause(which: string | FoundRun[], options: BatchOptions & PauseOptions = {}): Promise<BatchItem[]> {
    const waiting = limits(options);
    return this.run(which, options, {
      request: (run) => requestPause(this.open, run, options),
      reach: async (run, requested) => {
        const outcome = await reachPaused(this.open, run, requested, waiting, options);
        return outcome.state;
      },
    });
  }

  resume(which: string | FoundRun[], options: BatchOptions & PauseOptions = {}): Promise<BatchItem[]> {
    const waiting = limits(options);
    return this.run(which, options, {
      request: (run) => requestResume(this.open, run, options),
      reach: async (run, requested) =>
        (await reachRunning(this.open, run, requested, waiting, options)).state,
    });
  }

  signal(
    which: string | FoundRun[],
    signal: string,
    args: unknown[] = [],
    options: BatchOptions = {},
  ): Promise<BatchItem[]> {
    return this.run(which, options, {
      request: (run) => this.call(run, (handle) => handle.signal(signal, ...args)),
      reach: async () => 'sent',
    });
  }

  private async run<T>(which: string | FoundRun[], options: BatchOptions, act: Act<T>): Promise<BatchItem[]> {
    const runs = typeof which === 'string' ? await this.find(which) : which;
    return actOnRuns(this.open, runs, act, options);
  }

  private async call(
    { workflowId, runId }: FoundRun,
    request: (handle: ReturnType<OpenClient['client']['workflow']['getHandle']>) => Promise<unknown>,
  ): Promise<void> {
    try {
      await request(this.open.client.workflow.getHandle(workflowId, runId));
    } catch (error) {
      throw mapRunError(error, workflowId, this.open.where);
    }
  }
}

function limits({ timeoutMs = DEFAULT_MS, signal }: BatchOptions) {
  return { deadline: Date.now() + timeoutMs, signal: signal ?? new AbortController().signal };
}

/** The request stands; the run has not ended in time. */
export function notEnded({ workflowId }: RunRef): McpaError {
  return new McpaError('COMMAND_TIMEOUT', `run ${workflowId} has the request but has not ended`, {
    hint: `mcpa wait ${workflowId}; a run without a worker ends when one is back`,
  });
}
