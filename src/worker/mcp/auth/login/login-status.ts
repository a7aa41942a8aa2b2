import type { Config, McpServerConfig } from '../../../../config/index.js';
import { type Login, LoginFile } from '../login-file.js';
import { ServerTokens } from '../server-tokens.js';

/** How a remote MCP server knows its callers; no token stands here. */
export interface McpLogin {
  server: string;
  url: string;
  /** `ended`: logged in once, and a person has to do it again. */
  state: 'none' | 'headers' | 'headers_from' | 'logged_in' | 'ended';
  issuer?: string;
  clientId?: string;
  scopes?: string[];
  /** ISO 8601. */
  since?: string;
  /** ISO 8601; workers refresh the token before. */
  expiresAt?: string;
  /** It goes on without a person when the token expires. */
  refreshes?: boolean;
  why?: string;
}

/** Every remote server of the config with its login. */
export function mcpLogins({ mcp }: Config): Promise<McpLogin[]> {
  const remote = Object.entries(mcp.servers).filter(([, { url }]) => url !== undefined);
  return Promise.all(
    remote.map(async ([server, config]): Promise<McpLogin> => {
      const about = { server, url: config.url ?? '' };
      if (config.headers_from !== undefined) return { ...about, state: 'headers_from' };
      if (!ServerTokens.serve(config)) return { ...about, state: 'headers' };
      const login = await new LoginFile(config).read();
      return login === undefined ? { ...about, state: 'none' } : publicLogin(server, config, login);
    }),
  );
}

/** What may be shown of a login. */
export function publicLogin(server: string, { url = '', auth }: McpServerConfig, login: Login): McpLogin {
  const { issuer, client, scope, at, expiresAt, refreshToken, ended } = login;
  const refreshes = refreshToken !== undefined || auth?.oauth?.grant === 'client_credentials';
  const expired = !refreshes && expiresAt !== undefined && Date.parse(expiresAt) < Date.now();
  const why = ended ?? (expired ? 'the token has expired, and there is none to refresh it with' : undefined);
  return {
    server,
    url,
    state: why === undefined ? 'logged_in' : 'ended',
    issuer,
    clientId: client.client_id,
    since: at,
    refreshes,
    ...(scope === undefined ? {} : { scopes: scope.split(' ').filter(Boolean) }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(why === undefined ? {} : { why }),
  };
}
