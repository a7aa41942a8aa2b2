import type { Connection } from '../connection/connection.js';
import type { ServerState } from '../connection/pooled-server.js';

/** One connection to an MCP server, as it is now. */
export interface McpConnection {
  server: string;
  state: ServerState;
  /** For a local server. */
  pid?: number;
  /** ISO 8601. */
  since?: string;
  /** Protocol generation, as `protocol` of the config names it. */
  era?: '2025' | '2026';
  /** Protocol version that was agreed on. */
  protocol?: string;
  /** What the server calls itself. */
  version?: string;
  /** The run whose session it is. */
  run?: string;
}

export function connectionReport(
  server: string,
  state: ServerState,
  connection: Connection | undefined,
): McpConnection {
  if (connection === undefined) return { server, state };
  const { client, transport, openedAt } = connection;
  const pid = (transport as { pid?: number | null }).pid ?? undefined;
  const info = client.getServerVersion();
  const protocol = client.getNegotiatedProtocolVersion();
  return {
    server,
    state,
    ...(pid === undefined ? {} : { pid }),
    since: new Date(openedAt).toISOString(),
    era: client.getProtocolEra() === 'modern' ? '2026' : '2025',
    ...(protocol === undefined ? {} : { protocol }),
    ...(info === undefined ? {} : { version: `${info.name} ${info.version}` }),
  };
}
