import type { Config, McpServerConfig } from '../../../../config/index.js';
import { McpaError } from '../../../../core/index.js';
import { ServerTokens } from '../server-tokens.js';

/** The server by its name, where a login to it means something. */
export function remoteServer({ mcp }: Config, name: string): McpServerConfig & { url: string } {
  const server = Object.hasOwn(mcp.servers, name) ? mcp.servers[name] : undefined;
  if (server === undefined) {
    const known = Object.keys(mcp.servers).join(', ') || 'none';
    throw new McpaError('MCP_SERVER_UNKNOWN', `no MCP server ${name} in the config`, {
      hint: `configured servers: ${known}`,
    });
  }
  const { url } = server;
  if (url === undefined)
    throw new McpaError('USAGE', `MCP server ${name} is a local program: there is nothing to log in to`, {
      hint: 'it takes its credentials by `env` of the config',
    });
  if (!ServerTokens.serve(server)) {
    const by = server.headers_from === undefined ? 'an Authorization header' : 'headers_from';
    throw new McpaError('USAGE', `MCP server ${name} gets its credentials by ${by} of the config`, {
      hint: `remove it to log in with \`mcpa mcp login ${name}\``,
    });
  }
  return { ...server, url };
}
