import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenRun, WorkerVersions } from '../../../client/index.js';
import { note, printJson } from '../../terminal.js';
import type { LoadsOptions } from '../held-back-loads.js';
import type { Loads } from '../reloads.js';
import { tellReload } from '../tell-reload.js';
import type { WorkerProcess } from '../worker-process.js';
import { PinnedRuns } from './pinned-runs.js';

export interface VersionedLoadsOptions extends LoadsOptions {
  versions: WorkerVersions;
  /** Build ids that workers of another living `dev` have. */
  others(): Promise<Set<string>>;
  signal: AbortSignal;
}

/** With runs that stay on the code before, their end is to be seen; without, only what others leave behind. */
const BUSY_MS = 1_000;
const IDLE_MS = 5_000;

/**
 * Workers that are versions of a deployment: new runs begin on the new code at once, open ones stay where they are until a replay says that
 * they fit, and those that don't keep their worker until they end.
 */
export class VersionedLoads implements Loads, AsyncDisposable {
  readonly #runs: PinnedRuns;
  /** Runs that the current version blocks. */
  #blocked = new Set<string>();
  /** Runs of which it was said that they don't fit what is current. */
  #told = new Set<string>();
  /** Aborts when the files are no more what is current: a replay says nothing then. */
  #fresh: AbortSignal = AbortSignal.abort();
  /** One at a time: an edit, or a look at what has become of the runs. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #ended = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  /** Versions whose last run was gone at the last look: one that begins is listed late. */
  #empty = new Set<string>();

  constructor(private readonly options: VersionedLoadsOptions) {
    this.#runs = new PinnedRuns(options.versions);
  }

  async begin(started: () => void, stale: AbortSignal): Promise<void> {
    await this.#serve(await this.options.start());
    this.#fresh = stale;
    started();
    this.#looking = this.#look();
    await this.#alone(() => this.#judge(false));
  }

  async load(stale: AbortSignal): Promise<void> {
    const { slot, start } = this.options;
    const next = await start();
    if (stale.aborted) return next[Symbol.asyncDispose]();
    const before = slot.current?.buildId;
    await this.#serve(next);
    this.#fresh = stale;
    // The same code: what fitted fits, and what stays elsewhere doesn't fit it either.
    if (before === next.buildId) return;
    this.#told.clear();
    await this.#alone(() => this.#judge(true));
  }

  async #serve(next: WorkerProcess): Promise<void> {
    await this.#alone(() => this.#makeCurrent(next)).catch(async (error: unknown) => {
      await next[Symbol.asyncDispose]();
      throw error;
    });
  }

  /** Open runs are kept where they are. */
  async #makeCurrent(next: WorkerProcess): Promise<void> {
    const { slot, versions, force, signal } = this.options;
    const build = next.buildId!;
    const before = await versions.current();
    const keeps = !force && before !== build && before !== undefined && (await this.#alive()).has(before);
    // All of them before it is known which fit: a run that has once met code that it doesn't fit can't be pinned any more.
    if (keeps) await this.#runs.keep(before, (run) => !this.#blocked.has(run.runId));
    await versions.makeCurrent(build, signal);
    slot.succeed(next);
    // Begun meanwhile.
    if (keeps)
      await this.#runs.keep(before, (run) => run.version === before && !this.#blocked.has(run.runId));
  }

  /** Lets those go over that fit, and tells what is news. */
  async #judge(edited: boolean): Promise<void> {
    const { slot, openRuns, mode, versions } = this.options;
    const stale = this.#fresh;
    const pinned = await this.#runs.read();
    const verdicts = await openRuns.check().catch((error: Error) => {
      if (edited && !stale.aborted) note(mode, `warning: open runs can't be replayed: ${error.message}`);
    });
    if (stale.aborted || !verdicts) return;
    const fits = new Map(verdicts.map((verdict) => [verdict.runId, verdict.fits]));
    const stay = await this.#runs.letGo(pinned, fits, await this.#alive(), slot.current?.buildId);
    const differ = verdicts.filter((run) => !run.fits);
    this.#blocked = new Set(differ.flatMap(({ runId }) => (stay.has(runId) ? [] : runId)));
    const news = differ.filter(({ runId }) => !this.#told.has(runId));
    for (const { runId } of news) this.#told.add(runId);
    const held = news.filter(({ runId }) => stay.has(runId)).length;
    if (news.length > 0 || (edited && verdicts.length > 0))
      tellReload(mode, { loaded: true, runs: verdicts, differ: news, held });
    await this.#releaseEmpty(await versions.runs());
  }

  async #look(): Promise<void> {
    const { signal } = this.#ended;
    /** Looks in a row at runs that never came to rest. */
    let busy = 0;
    while (!signal.aborted) {
      const wait = this.options.slot.kept.length > 0 ? BUSY_MS : IDLE_MS;
      await sleep(Math.max(wait, Math.min(busy, 10) * BUSY_MS), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      // An engine that is away is for the workers to wait for.
      const judged = await this.#alone(() => this.#lookOnce()).catch(() => false);
      busy = judged ? busy + 1 : 0;
    }
  }

  /** @returns whether runs were replayed */
  async #lookOnce(): Promise<boolean> {
    const { slot, versions } = this.options;
    const own = slot.current?.buildId;
    const current = await versions.current();
    const alive = await this.#alive();
    // Set back by a command that began before this one had told of itself.
    if (own !== undefined && current !== undefined && !alive.has(current)) await versions.makeCurrent(own);
    const pinned = await versions.runs({ pinned: true });
    const homeless = pinned.filter(({ pinnedTo }) => !alive.has(pinnedTo!));
    // A kept worker that was killed, a run that was retried, or one that continued as new.
    if (!this.#fresh.aborted && homeless.length + this.#runs.unknown(pinned).length > 0) {
      await this.#judge(false);
      return true;
    }
    for (const run of homeless) await versions.release(run);
    await this.#releaseEmpty(pinned);
    return false;
  }

  /** Ends the workers that have no run left. */
  async #releaseEmpty(open: readonly OpenRun[]): Promise<void> {
    const { slot, versions, mode } = this.options;
    const used = new Set(open.map(({ pinnedTo }) => pinnedTo));
    const empty = slot.kept.filter((build) => !used.has(build));
    for (const build of empty.filter((each) => this.#empty.has(each))) {
      if ((await versions.runs()).some(({ pinnedTo }) => pinnedTo === build)) continue;
      if (mode.json) printJson({ type: 'drained', buildId: build });
      else note(mode, `no run is left on the code before (${build}): its worker ends`);
      void slot.release(build);
    }
    this.#empty = new Set(empty);
  }

  /** Versions that have a worker. */
  async #alive(): Promise<Set<string>> {
    const { slot, others } = this.options;
    const own = slot.current?.buildId;
    return new Set([...slot.kept, ...(own === undefined ? [] : [own]), ...(await others())]);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#looking;
    await this.#last;
  }
}
