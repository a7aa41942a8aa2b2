import type { OpenRun, WorkerVersions } from '../../../client/index.js';

/** Events of a run whose first workflow task has completed. */
const BEGUN = 4;

/** The runs that stay on a version of their own. */
export class PinnedRuns {
  /** Those of which it is known that they stay. */
  #stay = new Set<string>();

  constructor(private readonly versions: WorkerVersions) {}

  /** Pins the open runs that aren't yet, to the version that they are on. */
  async keep(buildId: string, which: (run: OpenRun) => boolean): Promise<void> {
    for (const run of await this.versions.runs())
      if (run.pinnedTo === undefined && which(run)) await this.versions.pin(run, buildId);
  }

  /** All of them. The engine's list of pinned runs lags: what was pinned a moment ago is not in it. */
  async read(): Promise<OpenRun[]> {
    return (await this.versions.runs()).filter(({ pinnedTo }) => pinnedTo !== undefined);
  }

  /** Runs of which nothing is known yet, but those that a pinned one has started. */
  unknown(pinned: readonly OpenRun[]): OpenRun[] {
    const open = new Set(pinned.map(({ runId }) => runId));
    return pinned.filter(({ runId, parentRunId = '' }) => !this.#stay.has(runId) && !open.has(parentRunId));
  }

  /**
   * Lets those go to the current version that fit it; a child stays with the run that started it, whose code counts on it.
   *
   * @param pinned as they were before the replay: one that has gone on since is looked at again
   * @returns the runs that stay
   */
  async letGo(
    pinned: readonly OpenRun[],
    fits: ReadonlyMap<string, boolean>,
    alive: ReadonlySet<string>,
    current: string | undefined,
  ): Promise<Set<string>> {
    const stay = new Set<string>();
    for (const run of parentsFirst(pinned)) {
      const atHome = run.pinnedTo === current || !alive.has(run.pinnedTo!);
      if (!atHome && (fits.get(run.runId) === false || stay.has(run.parentRunId ?? ''))) stay.add(run.runId);
      else if (atHome || (await this.#still(run, fits))) await this.versions.release(run);
    }
    this.#stay = stay;
    return stay;
  }

  /** The replay has seen all of it. */
  async #still(run: OpenRun, fits: ReadonlyMap<string, boolean>): Promise<boolean> {
    if (!fits.get(run.runId) || run.events < BEGUN) return false;
    return (await this.versions.run(run))?.events === run.events;
  }
}

function parentsFirst(runs: readonly OpenRun[]): OpenRun[] {
  const byId = new Map(runs.map((run) => [run.runId, run]));
  const depth = (run: OpenRun): number => {
    const parent = byId.get(run.parentRunId ?? '');
    return parent ? 1 + depth(parent) : 0;
  };
  return [...runs].sort((a, b) => depth(a) - depth(b));
}
