import type { ReplayVerdict } from '../../worker/index.js';
import type { OutputMode } from '../terminal.js';
import type { OpenRuns } from './open-runs.js';
import type { Loads } from './reloads.js';
import { tellReload } from './tell-reload.js';
import type { WorkerProcess } from './worker-process.js';
import type { WorkerSlot } from './worker-slot.js';

export interface LoadsOptions {
  slot: WorkerSlot;
  start(): Promise<WorkerProcess>;
  openRuns: OpenRuns;
  mode: OutputMode;
  /** Loads what open runs don't fit, too. */
  force: boolean;
}

/** Workers without versions: an edit that open runs don't fit is held back until they end or it is mended. */
export class HeldBackLoads implements Loads {
  /** Runs that the code that is loaded blocks: no edit can make it worse for them. */
  #blocked = new Set<string>();

  constructor(
    private readonly options: LoadsOptions,
    private readonly again: (why: string) => void,
  ) {}

  async begin(started: () => void, stale: AbortSignal): Promise<void> {
    const { start, slot, openRuns } = this.options;
    // Beside the check: most often there is no open run, and nothing to wait for.
    const checked = openRuns.check().catch(() => []);
    void slot.replace(await start());
    started();
    const runs = await checked;
    if (stale.aborted) return;
    const differ = runs.filter(({ fits }) => !fits);
    if (differ.length > 0) this.#tell(true, runs, differ);
    this.#blocked = new Set(differ.map(keyOf));
  }

  async load(stale: AbortSignal): Promise<void> {
    const { slot, start, openRuns, force } = this.options;
    const runs = await openRuns.check();
    // The next reload, which waits for this one, checks what it loads.
    if (stale.aborted) return;
    const differ = runs.filter(({ fits }) => !fits);
    const inTheWay = differ.filter((run) => !this.#blocked.has(keyOf(run)));
    if (inTheWay.length > 0 && !force) {
      this.#tell(false, runs, inTheWay);
      this.#hold(inTheWay, stale);
      return;
    }
    const next = await start();
    if (stale.aborted) return next[Symbol.asyncDispose]();
    const drained = slot.replace(next);
    this.#blocked = new Set(differ.map(keyOf));
    if (runs.length > 0) this.#tell(true, runs, differ);
    void drained.then(() => this.#checkAgain(stale));
  }

  /** The worker before may have taken a run until its end: one that was begun by the code before may not fit. */
  async #checkAgain(stale: AbortSignal): Promise<void> {
    if (stale.aborted) return;
    const runs = await this.options.openRuns.check().catch(() => []);
    const fresh = runs.filter((run) => !run.fits && !this.#blocked.has(keyOf(run)));
    if (fresh.length === 0 || stale.aborted) return;
    for (const run of fresh) this.#blocked.add(keyOf(run));
    this.#tell(true, runs, fresh);
  }

  #hold(runs: readonly ReplayVerdict[], stale: AbortSignal): void {
    void this.options.openRuns.oneEnded(runs, stale).then(
      (ended) => ended && this.again('a run that held it back has ended'),
      () => undefined,
    );
  }

  #tell(loaded: boolean, runs: readonly ReplayVerdict[], differ: readonly ReplayVerdict[]): void {
    tellReload(this.options.mode, { loaded, runs, differ });
  }
}

const keyOf = ({ workflowId, runId }: ReplayVerdict) => `${workflowId}/${runId}`;
