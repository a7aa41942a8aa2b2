import type { OutputMode } from '../terminal.js';

/**
 * The Web UI's page of a run. Where the address doesn't fit the terminal, a hyperlink (OSC 8) has the short one as
 * its text: a terminal that knows no hyperlinks shows that, and it still opens the UI.
 */
export function uiLine(
  base: string,
  page: string,
  mode: OutputMode,
  columns = process.stderr.columns,
): string {
  const whole = `UI ${page}`;
  if (!mode.live || whole.length <= (columns ?? 80)) return whole;
  return `UI \u001b]8;;${page}\u001b\\${base}\u001b]8;;\u001b\\`;
}
