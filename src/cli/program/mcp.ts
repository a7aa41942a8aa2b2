import type { Command } from 'commander';
import { command, flagsOf } from './declare.js';

const CALL = [
  'Call a tool once, without a model and without asking for approval: whoever types it is the caller.',
  'What the tool itself asks is asked at this terminal; elsewhere the call ends with MCP_ASKS.',
  'Status 1 when the tool answers with an error. A stateful server gets a session for this one call.',
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
  command(
    mcp,
    'ps',
    "processes and connections of this project's workers, sessions of runs among them",
  ).action(async (_, self) => (await import('../commands/mcp/ps.js')).mcpPs(flagsOf(self)));
}
