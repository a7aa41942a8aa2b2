import type { ReplayVerdict } from '../../worker/index.js';
import { paint } from '../render/paint.js';
import { oneLine } from '../render/width.js';
import { note, type OutputMode, printJson } from '../terminal.js';
import type { OpenRuns } from './open-runs.js';
import type { WorkerProcess } from './worker-process.js';
import type { WorkerSlot } from './worker-slot.js';

export interface ReloadsOptions {
  slot: WorkerSlot;
  start(): Promise<WorkerProcess>;
  openRuns: OpenRuns;
  mode: OutputMode;
  signal: AbortSignal;
  /** Loads what open runs don't fit, too. */
  force: boolean;
}

/** One reload at a time. An edit that open runs don't fit is held back until they end or it is mended. */
export class Reloads {
  #last: Promise<void>;
  #begin: () => void = () => undefined;
  /** Runs that the code that is loaded blocks: no edit can make it worse for them. */
  #blocked = new Set<string>();
  /** Counts edits: what was found out about files that have changed since is of no use. */
  #edits = 0;
  /** Ends the wait for runs that hold an edit back. */
  #held = new AbortController();

  constructor(private readonly options: ReloadsOptions) {
    this.#last = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** The first worker; says which open runs, left by an earlier one, don't fit its code. */
  async begin(): Promise<void> {
    const { start, slot, openRuns } = this.options;
    // Beside the check: most often there is no open run, and nothing to wait for.
    const checked = openRuns.check().catch(() => []);
    void slot.replace(await start());
    this.#begin();
    const runs = await checked;
    if (this.#edits > 0) return;
    const differ = runs.filter(({ fits }) => !fits);
    if (differ.length > 0) this.#tell(true, runs, differ);
    this.#blocked = new Set(differ.map(keyOf));
  }

  /** Loads the files as they are now, after the reload that is under way. */
  changed(what: string): void {
    this.#held.abort();
    this.#edits += 1;
    this.#last = this.#last.then(async () => {
      if (this.options.signal.aborted) return;
      const { mode } = this.options;
      note(mode, `${paint(mode.color).cyan('reload')} ${what}`);
      await this.#reload().catch(async (error: unknown) => {
        if (this.options.signal.aborted) return;
        const { errorText } = await import('../render/error.js');
        note(mode, errorText(error, mode).trimEnd());
        note(mode, paint(mode.color).yellow('the worker keeps what it had; mend the file to reload'));
      });
    });
  }

  /** Resolves when no reload is under way. */
  settled(): Promise<void> {
    this.#held.abort();
    return this.#last;
  }

  async #reload(): Promise<void> {
    const { slot, start, openRuns, signal, force } = this.options;
    const edit = this.#edits;
    const runs = await openRuns.check();
    // The next reload, which waits for this one, checks what it loads.
    if (edit !== this.#edits) return;
    const differ = runs.filter(({ fits }) => !fits);
    const inTheWay = differ.filter((run) => !this.#blocked.has(keyOf(run)));
    if (inTheWay.length > 0 && !force) {
      this.#tell(false, runs, inTheWay);
      this.#hold(inTheWay);
      return;
    }
    const next = await start();
    if (signal.aborted || edit !== this.#edits) return next[Symbol.asyncDispose]();
    const drained = slot.replace(next);
    this.#blocked = new Set(differ.map(keyOf));
    if (runs.length > 0) this.#tell(true, runs, differ);
    void drained.then(() => this.#checkAgain(edit));
  }

  /** The worker before may have taken a run until its end: one that was begun by the code before may not fit. */
  async #checkAgain(edit: number): Promise<void> {
    if (this.options.signal.aborted || edit !== this.#edits) return;
    const runs = await this.options.openRuns.check().catch(() => []);
    const fresh = runs.filter((run) => !run.fits && !this.#blocked.has(keyOf(run)));
    if (fresh.length === 0 || edit !== this.#edits || this.options.signal.aborted) return;
    for (const run of fresh) this.#blocked.add(keyOf(run));
    this.#tell(true, runs, fresh);
  }

  #hold(runs: readonly ReplayVerdict[]): void {
    this.#held = new AbortController();
    const signal = AbortSignal.any([this.#held.signal, this.options.signal]);
    void this.options.openRuns.oneEnded(runs, signal).then(
      (ended) => ended && this.changed('a run that held it back has ended'),
      () => undefined,
    );
  }

  #tell(loaded: boolean, runs: readonly ReplayVerdict[], differ: readonly ReplayVerdict[]): void {
    const { mode } = this.options;
    const fit = runs.filter(({ fits }) => fits).length;
    if (mode.json) {
      printJson({ type: 'reload', loaded, fit, differ: differ.length, runs: differ });
      return;
    }
    const color = paint(mode.color);
    for (const { workflow, workflowId, difference } of differ) {
      note(mode, `${color.red('✗')} ${oneLine(`${workflow} ${workflowId}: ${difference?.message ?? ''}`)}`);
    }
    const open = `${fit} of ${fit + differ.length} open runs ${fit === 1 ? 'fits' : 'fit'}`;
    if (differ.length === 0) note(mode, color.dim(`${open} and ${fit === 1 ? 'goes' : 'go'} over`));
    else if (loaded) {
      note(
        mode,
        color.yellow(
          `${open}; the rest is blocked until the code fits again: revert, or end it with \`mcpa terminate\``,
        ),
      );
    } else {
      note(
        mode,
        color.yellow(`not loaded: ${open}; it is loaded when they have ended, or by \`mcpa dev --force\``),
      );
    }
  }
}

const keyOf = ({ workflowId, runId }: ReplayVerdict) => `${workflowId}/${runId}`;
