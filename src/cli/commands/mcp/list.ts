import type { McpServerStatus } from '../../../worker/index.js';
import { formatMs } from '../../duration.js';
import { type Column, tableLines } from '../../render/look/table.js';
import { stdoutView } from '../../render/look/view.js';
import { type Paint, paint } from '../../render/paint.js';
import { printable } from '../../render/width.js';
import type { GlobalFlags } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';
import { withServers } from './open-servers.js';

export interface McpListFlags extends GlobalFlags {
  connect?: boolean;
}

/** Every server of the config; status 3 when one is down that is not optional. */
export async function mcpList(flags: McpListFlags): Promise<void> {
  const mode = outputMode();
  const connect = flags.connect !== false;
  const servers = await withServers(flags, mode, (opened) =>
    opened.servers.list({ connect, signal: opened.signal }),
  );
  if (mode.json) printJson({ servers });
  else if (servers.length === 0) note(mode, 'the config has no MCP servers (mcp.servers)');
  else {
    const view = stdoutView(mode);
    const ink = paint(view.color);
    printResult(tableLines(columns(ink), servers, view.columns, ink.dim).join('\n'));
  }
  for (const { server, error, fix } of mode.json ? [] : servers)
    if (error !== undefined) note(mode, printable(`\n${server}: ${error}${fix ? `\n  fix: ${fix}` : ''}`));
  if (servers.some(({ error, optional }) => error !== undefined && !optional)) process.exitCode = 3;
}

function columns(ink: Paint): Column<McpServerStatus>[] {
  const colours = { ready: ink.green, broken: ink.red, connecting: ink.yellow, closed: ink.dim };
  return [
    { title: 'SERVER', value: ({ server }) => server, style: (text) => ink.bold(text) },
    { title: 'STATE', value: ({ state }) => state, style: (text, { state }) => colours[state](text) },
    { title: 'TOOLS', right: true, value: ({ tools }) => (tools === undefined ? '' : String(tools)) },
    { title: 'TIME', right: true, drop: 2, value: ({ ms }) => (ms === undefined ? '' : formatMs(ms)) },
    { title: 'PROTOCOL', drop: 3, value: ({ protocol }) => protocol ?? '' },
    { title: 'TRANSPORT', drop: 4, value: ({ transport }) => transport },
    {
      title: 'SESSION',
      drop: 1,
      value: ({ session, optional }) => `${session}${optional ? ', optional' : ''}`,
    },
    { title: 'TARGET', drop: 5, value: ({ target }) => target },
  ];
}
