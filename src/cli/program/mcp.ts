import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

const CALL = [
  'Call a tool once, without a model and without asking for approval: whoever types it is the caller.',
  'What the tool itself asks is asked at this terminal; elsewhere the call ends with MCP_ASKS.',
  'Status 1 when the tool answers with an error. A stateful server gets a session for this one call.',
].join('\n');

const LOGIN = [
  'Log in to a remote MCP server by OAuth: in a browser of this machine, or by the client of the config.',
  'The tokens stand in a file of yours, outside of the project; workers of yours use and refresh them.',
  'Runs of this task queue that wait for the login go on.',
].join('\n');

const INSTALL = [
  'Enter this project, as `mcpa serve`, into the config of an MCP client.',
  'Shows the diff first, and asks; what else the file holds stays as it is.',
].join('\n');

/** Commands that look at MCP servers; none of them needs an engine. */
export function mcpCommands(program: Command): void {
  const mcp = command(program, 'mcp', 'MCP servers of the config');
  command(mcp, 'list', 'every server: started or reached, its protocol, how many tools (default)', {
    isDefault: true,
  })
    .option('--no-connect', 'start nothing: what the config says')
    .action(async (_, self) => (await import('../commands/mcp/list.js')).mcpList(flagsOf(self)));
  command(mcp, 'tools <server> [tool]', 'the tools of a server, or one of them with its schema').action(
    async (server, tool, _, self) =>
      (await import('../commands/mcp/tools.js')).mcpTools(server, tool, flagsOf(self)),
  );
  command(mcp, 'call <server> <tool> [arguments]', CALL)
    .summary('call a tool once, with JSON arguments')
    .option('--input <json>', 'the arguments, a JSON object')
    .option('--input-file <file>', 'read them from a file, or from stdin with -')
    .option('--timeout <time>', "time for the call (90s, 5m); default: the config's")
    .action(async (server, tool, args, _, self) =>
      (await import('../commands/mcp/call.js')).mcpCall(server, tool, args, flagsOf(self)),
    );
  command(mcp, 'login <server>', LOGIN)
    .summary('log in to a remote server, for this user')
    .option('--no-browser', 'print the address, and open nothing')
    .option('--scope <scopes>', 'scopes beside those of the config or the server, with spaces between')
    .option('--timeout <time>', 'time for the person (90s, 15m); default 5m')
    .option('--no-resume', 'leave the runs that wait for this login as they are')
    .action(async (server, _, self) =>
      (await import('../commands/mcp/auth/login.js')).mcpLogin(server, flagsOf(self)),
    );
  command(mcp, 'logout <server>', 'have the tokens revoked, and remove them from this machine').action(
    async (server, _, self) =>
      (await import('../commands/mcp/auth/logout.js')).mcpLogout(server, flagsOf(self)),
  );
  command(mcp, 'status', 'how each remote server knows its callers: login, headers or nothing').action(
    async (_, self) => (await import('../commands/mcp/auth/status.js')).mcpStatus(flagsOf(self)),
  );
  command(mcp, 'install', INSTALL)
    .summary("enter `mcpa serve` into an MCP client's config")
    .option('--client <client>', 'claude-code, cursor or vscode')
    .option('--scope <scope>', "project (default): the project's file; user: yours, for every folder")
    .option('--name <name>', "name of the entry (default: the project's folder)")
    .option('--local', 'have it bring up engine and worker where they are missing')
    .option('-y, --yes', 'write without asking')
    .option('--write', 'the same')
    .action(async (_, self) => (await import('../commands/serve/install.js')).installCommand(flagsOf(self)));
  command(
    mcp,
    'ps',
    "processes and connections of this project's workers, sessions of runs among them",
  ).action(async (_, self) => (await import('../commands/mcp/ps.js')).mcpPs(flagsOf(self)));
}
