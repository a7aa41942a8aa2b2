import { setMaxListeners } from 'node:events';
import { createMasker, type Mask, maskAll } from '../config/explain/secrets.js';

/** What the command may do with its terminal: decided once, from flags, variables and what the streams are. */
export interface OutputMode {
  json: boolean;
  quiet: boolean;
  verbose: boolean;
  color: boolean;
  /** Lines may be redrawn: stderr is a terminal and nobody asked for plain output. */
  live: boolean;
}

export function outputMode(argv: readonly string[] = process.argv): OutputMode {
  const has = (flag: string) => argv.includes(flag);
  const json = has('--json');
  const quiet = has('--quiet') || has('-q');
  const tty = process.stderr.isTTY === true;
  const dumb = process.env.TERM === 'dumb';
  return {
    json,
    quiet,
    verbose: has('--verbose'),
    color: wantsColor(argv, tty && !dumb),
    live: tty && !dumb && !json && !quiet,
  };
}

function wantsColor(argv: readonly string[], tty: boolean): boolean {
  if (argv.includes('--no-color') || argv.includes('--json')) return false;
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  return tty;
}

/** The only place that ends the process. */
export function exitNow(status: number): never {
  process.exit(status);
}

/** Results: stdout, one line ended. */
export function printResult(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** One object, one line; `v` is the version of its shape (docs/json.md). */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify({ v: 1, ...value })}\n`);
}

let mask: Mask = createMasker([]);

/** From here on, these stand in no note and no error either. */
export function hideSecrets(secrets: readonly string[]): void {
  mask = createMasker(secrets);
}

/** For what a command prints that is no run's own content: that stays as the run has it. */
export function masked<T>(value: T): T {
  return maskAll(value, mask);
}

let noteSink: ((text: string) => void) | undefined;

/** While a live view owns the terminal, notes go through it; undefined gives stderr back. */
export function redirectNotes(sink: ((text: string) => void) | undefined): void {
  noteSink = sink;
}

/** Progress: stderr, silent with --quiet. */
export function note(mode: OutputMode, text: string): void {
  if (mode.quiet) return;
  const shown = mask(text);
  if (noteSink) noteSink(shown);
  else process.stderr.write(`${shown}\n`);
}

export interface Interruption extends Disposable {
  signal: AbortSignal;
  /** What the promise gives, unless Ctrl-C comes first: then what `error` makes is thrown. */
  race<T>(promise: Promise<T>, error: () => Error): Promise<T>;
}

/** Ctrl-C for a whole command: the first one lets it end in order, the second ends it at once. */
export function interruption(atOnce: () => void = () => undefined): Interruption {
  const abort = new AbortController();
  // As many listeners as the command has things to end.
  setMaxListeners(0, abort.signal);
  const watch = onInterrupt((count) => {
    if (count === 1) return abort.abort();
    atOnce();
    exitNow(130);
  });
  return {
    signal: abort.signal,
    async race<T>(promise: Promise<T>, error: () => Error): Promise<T> {
      const aborted = Symbol('aborted');
      const first = new Promise<typeof aborted>((resolve) => {
        if (abort.signal.aborted) resolve(aborted);
        abort.signal.addEventListener('abort', () => resolve(aborted), { once: true });
      });
      // What comes after the end of the command has nobody to tell.
      promise.catch(() => undefined);
      const won = await Promise.race([first, promise]);
      if (won === aborted) throw error();
      return won as T;
    },
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

/** Calls back on the first Ctrl-C or SIGTERM; later ones call again, so that a second can end at once. */
export function onInterrupt(callback: (count: number, signal: NodeJS.Signals) => void): Disposable {
  let count = 0;
  const listener = (signal: NodeJS.Signals) => {
    count += 1;
    callback(count, signal);
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
