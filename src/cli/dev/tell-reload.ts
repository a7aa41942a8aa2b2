import type { ReplayVerdict } from '../../worker/index.js';
import { paint } from '../render/paint.js';
import { oneLine } from '../render/width.js';
import { note, type OutputMode, printJson } from '../terminal.js';

export interface ToldReload {
  /** Whether the edit serves now. */
  loaded: boolean;
  /** All open runs. */
  runs: readonly ReplayVerdict[];
  /** Those that don't fit, as far as they are news. */
  differ: readonly ReplayVerdict[];
  /** How many of those stay on the code before; the others are blocked where the edit serves. */
  held?: number;
}

/** What an edit means for the open runs. */
export function tellReload(mode: OutputMode, { loaded, runs, differ, held = 0 }: ToldReload): void {
  const fit = runs.filter(({ fits }) => fits).length;
  if (mode.json) {
    printJson({ type: 'reload', loaded, fit, differ: differ.length, held, runs: differ });
    return;
  }
  const color = paint(mode.color);
  for (const { workflow, workflowId, difference } of differ) {
    note(mode, `${color.red('✗')} ${oneLine(`${workflow} ${workflowId}: ${difference?.message ?? ''}`)}`);
  }
  const open = `${fit} of ${fit + differ.length} open runs ${fit === 1 ? 'fits' : 'fit'}`;
  if (differ.length === 0) {
    note(mode, color.dim(`${open} and ${fit === 1 ? 'goes' : 'go'} over`));
    return;
  }
  note(
    mode,
    color.yellow(
      `${open}; ${fateOf(loaded, held, differ.length - held)}`.replace(/^/, loaded ? '' : 'not loaded: '),
    ),
  );
}

function fateOf(loaded: boolean, held: number, blocked: number): string {
  if (!loaded) return 'it is loaded when they have ended, or by `mcpa dev --force`';
  const revert = 'blocked until the code fits again: revert, or end it with `mcpa terminate`';
  if (held === 0) return `the rest is ${revert}`;
  const stay = `${held} ${held === 1 ? 'stays' : 'stay'} on the code before, until ${held === 1 ? 'it ends' : 'they end'}`;
  return blocked === 0 ? stay : `${stay}; the rest is ${revert}`;
}
