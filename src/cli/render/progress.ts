import type { RunEvent } from '../../client/index.js';
import type { OutputMode } from '../terminal.js';
import { LiveView } from './live-view.js';
import { plainLine } from './transcript.js';

/** Shows a run while it goes: on stderr, so that stdout holds the result alone. */
export interface Progress extends Disposable {
  event(event: RunEvent): void;
  note(text: string): void;
}

export function createProgress(mode: OutputMode): Progress {
  if (mode.quiet || mode.json) return silent;
  if (mode.live) return new LiveView(process.stderr, mode);
  return {
    event(event) {
      const line = plainLine(event, mode.color);
      if (line !== undefined) process.stderr.write(`${line}\n`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    [Symbol.dispose]: () => undefined,
  };
}

const silent: Progress = { event: () => undefined, note: () => undefined, [Symbol.dispose]: () => undefined };
