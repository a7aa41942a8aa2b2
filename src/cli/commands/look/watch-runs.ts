import { setTimeout as delay } from 'node:timers/promises';
import type { RunList } from '../../../client/index.js';
import { isMcpaError } from '../../../core/index.js';
import { runLines } from '../../render/look/runs.js';
import { stdoutView } from '../../render/look/view.js';
import { fitTo, oneLine } from '../../render/width.js';
import { type OutputMode, onInterrupt } from '../../terminal.js';

const EVERY_MS = 2_000;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** Draws the list over itself until Ctrl-C; what it last showed stays. */
export async function watchRuns(
  list: () => Promise<RunList>,
  mode: OutputMode,
  namespace: string,
): Promise<void> {
  const out = process.stdout;
  const stop = new AbortController();
  using _interrupt = onInterrupt(() => stop.abort());
  let drawn = 0;
  let last: RunList = { runs: [], more: false };
  out.write(HIDE_CURSOR);
  try {
    while (!stop.signal.aborted) {
      let problem = '';
      try {
        last = await list();
      } catch (error) {
        // An engine that restarts comes back; a wrong question never gets right.
        if (!isMcpaError(error) || error.code !== 'ENGINE_UNREACHABLE') throw error;
        problem = ` · ${oneLine(error.message)}; trying again`;
      }
      const time = new Date().toISOString().slice(11, 19);
      const lines = frame(last, `${namespace} · ${time} UTC${problem}`, mode);
      const up = drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`;
      out.write(`${up}${lines.join('\n')}\n`);
      drawn = lines.length;
      await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    out.write(SHOW_CURSOR);
  }
}

/** At most one line less than the terminal has, so that nothing scrolls. */
function frame({ runs, more }: RunList, title: string, mode: OutputMode): string[] {
  const view = stdoutView(mode);
  const room = Math.max(2, (process.stdout.rows ?? 24) - 1);
  const body = runs.length > 0 ? runLines(runs, view) : ['no such run'];
  const all = [fitTo(title, view.columns ?? 80), ...body];
  if (all.length <= room && !more) return all;
  const kept = all.slice(0, room - 1);
  return [...kept, `… ${all.length - kept.length} more lines${more ? ', and more runs' : ''}`];
}
