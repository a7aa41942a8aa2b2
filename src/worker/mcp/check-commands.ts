import { delimiter } from 'node:path';
import type { McpServerConfig } from '../../config/types.js';
import { McpaError } from '../../core/index.js';
import { McpCallError } from './errors.js';
import { resolveCommand } from './stdio/command.js';

/**
 * Finds the program of each local server before anything polls: a run that fails an hour later for a typing
 * mistake is a worse place to learn of it. A server that is `optional` only warns.
 */
export function checkCommands(
  servers: Record<string, McpServerConfig>,
  projectDir: string,
  onWarning: (message: string) => void,
): void {
  for (const [name, server] of Object.entries(servers)) {
    if (server.transport !== 'stdio' || server.command === undefined) continue;
    const path = [server.env.PATH, process.env.PATH].filter(Boolean).join(delimiter);
    try {
      resolveCommand(name, server.command, [server.cwd, projectDir], path);
    } catch (error) {
      if (!(error instanceof McpCallError)) throw error;
      if (!server.optional) throw commandNotFound(name, error);
      onWarning(`${error.message}; it is optional, so its tools are left out (${error.hint})`);
    }
  }
}

function commandNotFound(name: string, error: McpCallError): McpaError {
  const hint = `${error.hint}; or correct mcp.servers.${name}.command; or set mcp.servers.${name}.optional: true`;
  return new McpaError('MCP_COMMAND_NOT_FOUND', error.message, { hint, cause: error });
}
