import type { OutputMode } from '../../terminal.js';

/** How results may look on stdout. */
export interface View {
  color: boolean;
  /** Width of the terminal; undefined: nothing is cut. */
  columns: number | undefined;
  now: number;
}

/** `mode.color` speaks of stderr; what goes into a pipe stays plain unless colour is forced. */
export function stdoutView(mode: OutputMode): View {
  const { FORCE_COLOR, COLUMNS } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '';
  const tty = process.stdout.isTTY === true;
  const columns = tty ? (process.stdout.columns ?? 80) : Number(COLUMNS) || undefined;
  return { color: mode.color && (tty || forced), columns, now: Date.now() };
}
