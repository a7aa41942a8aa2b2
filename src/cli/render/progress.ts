import type { RunEvent } from '../../client/index.js';
import type { OutputMode } from '../terminal.js';
import { LiveView } from './live-view.js';
import { PlainView } from './plain-view.js';

/** Shows a run while it goes. */
export interface Progress extends Disposable {
  event(event: RunEvent): void;
  note(text: string): void;
  /** Leaves the terminal to a prompt; what happens meanwhile is shown after `resume`. */
  suspend(): void;
  resume(): void;
}

/** Progress of a command whose result is something else: on stderr, so that stdout holds the result alone. */
export function createProgress(mode: OutputMode): Progress {
  if (mode.quiet || mode.json) return silent;
  if (mode.live) return new LiveView(process.stderr, mode);
  return new PlainView((line) => void process.stderr.write(`${line}\n`), mode);
}

/** The view of a command whose result is what happened: on stdout, with the run's end. */
export function createTranscript(mode: OutputMode): Progress {
  if (process.stdout.isTTY === true && mode.live) return new LiveView(process.stdout, mode, true);
  return new PlainView((line) => void process.stdout.write(`${line}\n`), mode, true);
}

const silent: Progress = {
  event: () => undefined,
  note: () => undefined,
  suspend: () => undefined,
  resume: () => undefined,
  [Symbol.dispose]: () => undefined,
};
