import type { WorkerMcpConnection } from '../../../worker/index.js';
import { age } from '../../render/look/numbers.js';
import { type Column, tableLines } from '../../render/look/table.js';
import { stdoutView } from '../../render/look/view.js';
import { type Paint, paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';

/** What this project's workers on this machine are connected to; they are asked, so nothing of it is stale. */
export async function mcpPs(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags, { project: true });
  const { mcpConnections } = await import('../../../worker/mcp/look/announce-connections.js');
  const connections = await mcpConnections(config.projectDir);
  if (mode.json) return printJson({ connections });
  if (connections.length === 0)
    return note(
      mode,
      'no worker of this project has an MCP server open now; one is started at its first use',
    );
  const view = stdoutView(mode);
  const ink = paint(view.color);
  printResult(tableLines(columns(ink, view.now), connections, view.columns, ink.dim).join('\n'));
}

function columns(ink: Paint, now: number): Column<WorkerMcpConnection>[] {
  return [
    { title: 'PID', right: true, value: ({ pid }) => (pid === undefined ? '-' : String(pid)) },
    { title: 'SERVER', value: ({ server }) => server, style: (text) => ink.bold(text) },
    { title: 'STATE', drop: 2, value: ({ state }) => state },
    {
      title: 'AGE',
      right: true,
      value: ({ since }) => (since === undefined ? '' : age(now - Date.parse(since))),
    },
    { title: 'WORKER', right: true, drop: 1, value: ({ worker }) => String(worker) },
    { title: 'RUN', value: ({ run }) => run ?? '' },
  ];
}
