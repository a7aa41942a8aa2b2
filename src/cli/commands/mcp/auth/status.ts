import type { McpLogin } from '../../../../worker/index.js';
import { age } from '../../../render/look/numbers.js';
import { type Column, tableLines } from '../../../render/look/table.js';
import { stdoutView } from '../../../render/look/view.js';
import { type Paint, paint } from '../../../render/paint.js';
import { oneLine } from '../../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../../settings.js';
import { masked, note, outputMode, printJson, printResult } from '../../../terminal.js';

/** How each remote server knows its callers; nothing is connected to. */
export async function mcpStatus(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const { config } = await loadSettings(flags, { project: true });
  const { mcpLogins } = await import('../../../../worker/mcp/auth/login/login-status.js');
  // Some addresses have a key in them.
  const servers = (await mcpLogins(config)).map((each) => ({ ...each, url: masked(each.url) }));
  if (mode.json) return printJson({ servers });
  if (servers.length === 0) return note(mode, 'the config has no remote MCP server (one with a url)');
  const view = stdoutView(mode);
  const ink = paint(view.color);
  printResult(tableLines(columns(ink, view.now), servers, view.columns, ink.dim).join('\n'));
  for (const { server, why } of servers)
    if (why !== undefined) note(mode, oneLine(`${server}: ${why}; mcpa mcp login ${server}`, 400));
}

const WORDS: Record<McpLogin['state'], string> = {
  none: 'no login',
  headers: 'headers',
  headers_from: 'headers of each run',
  logged_in: 'logged in',
  ended: 'ended',
};

function columns(ink: Paint, now: number): Column<McpLogin>[] {
  const colours = {
    none: ink.dim,
    headers: ink.dim,
    headers_from: ink.dim,
    logged_in: ink.green,
    ended: ink.red,
  };
  return [
    { title: 'SERVER', value: ({ server }) => server, style: (text) => ink.bold(text) },
    { title: 'STATE', value: ({ state }) => WORDS[state], style: (text, { state }) => colours[state](text) },
    { title: 'ISSUER', drop: 2, value: ({ issuer }) => issuer ?? '' },
    { title: 'SCOPES', drop: 1, value: ({ scopes }) => scopes?.join(' ') ?? '' },
    { title: 'TOKEN', value: ({ expiresAt, refreshes }) => tokenText(expiresAt, refreshes, now) },
    { title: 'URL', drop: 3, value: ({ url }) => url },
  ];
}

function tokenText(expiresAt: string | undefined, refreshes: boolean | undefined, now: number): string {
  if (expiresAt === undefined) return '';
  const left = Date.parse(expiresAt) - now;
  const time = left > 0 ? `for ${age(left)}` : `expired ${age(-left)} ago`;
  return refreshes ? `${time}, refreshed` : time;
}
