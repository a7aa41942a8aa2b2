import { paint } from '../render/paint.js';
import { note, type OutputMode } from '../terminal.js';

/** How workers come to have the files as they are now, and what becomes of open runs. */
export interface Loads {
  /**
   * The first worker, and what it means for open runs.
   *
   * @param started is called when it serves
   * @param stale aborts when the files have changed since: what was found out about them is of no use
   */
  begin(started: () => void, stale: AbortSignal): Promise<void>;
  /** The files as they are now; rejects, with the worker as it was, where they can't be loaded. */
  load(stale: AbortSignal): Promise<void>;
}

export interface ReloadsOptions {
  mode: OutputMode;
  signal: AbortSignal;
}

/** One reload at a time. */
export class Reloads {
  #last: Promise<void>;
  #begin: () => void = () => undefined;
  #edit = new AbortController();

  constructor(
    private readonly options: ReloadsOptions,
    private readonly loads: Loads,
  ) {
    this.#last = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** The first worker; says which open runs, left by an earlier one, don't fit its code. */
  begin(): Promise<void> {
    return this.loads.begin(this.#begin, this.#edit.signal);
  }

  /** Loads the files as they are now, after the reload that is under way; resolves when that is done, or has failed. */
  changed(what: string): Promise<void> {
    this.#edit.abort();
    const edit = new AbortController();
    this.#edit = edit;
    this.#last = this.#last.then(async () => {
      const { mode, signal } = this.options;
      if (signal.aborted) return;
      note(mode, `${paint(mode.color).cyan('reload')} ${what}`);
      await this.loads.load(AbortSignal.any([edit.signal, signal])).catch(async (error: unknown) => {
        if (signal.aborted) return;
        const { errorText } = await import('../render/error.js');
        note(mode, errorText(error, mode).trimEnd());
        note(mode, paint(mode.color).yellow('the worker keeps what it had; mend the file to reload'));
      });
    });
    return this.#last;
  }

  /** Resolves when no reload is under way. */
  settled(): Promise<void> {
    this.#edit.abort();
    return this.#last;
  }
}
