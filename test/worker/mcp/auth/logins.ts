import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Config, McpServerConfig } from '../../../../src/config/types.js';
import { logInToMcpServer } from '../../../../src/worker/mcp/auth/login/log-in.js';
import { type Login, LoginFile } from '../../../../src/worker/mcp/auth/login-file.js';
import { AuthServer, visit } from '../auth-server.js';
import { serverConfig, temporaryFolder } from '../servers.js';

/** The OAuth server of the file's tests, and the MCP server that it guards. */
export let auth: AuthServer;
const home = temporaryFolder();
const before = process.env.XDG_DATA_HOME;

beforeAll(async () => {
  process.env.XDG_DATA_HOME = home;
  auth = await AuthServer.start();
});
beforeEach(() => {
  rmSync(`${home}/mcpa`, { recursive: true, force: true });
  auth.denies = false;
  auth.namedIssuer = undefined;
  auth.lifetime = 3600;
});
afterAll(async () => {
  if (before === undefined) delete process.env.XDG_DATA_HOME;
  else process.env.XDG_DATA_HOME = before;
  await auth?.[Symbol.asyncDispose]();
});

export const remote = (extra: Partial<McpServerConfig> = {}) =>
  serverConfig({ transport: 'streamable_http', url: auth.url, ...extra });
export const configOf = (server: McpServerConfig) =>
  ({ mcp: { servers: { guarded: server } } }) as unknown as Config;
/** Logs in with a browser that does what it is told. */
export const logIn = (server: McpServerConfig, change?: (callback: URL) => void, more: object = {}) => {
  let page: ReturnType<typeof visit> | undefined;
  const login = logInToMcpServer(configOf(server), 'guarded', {
    onAddress: (address) => {
      page = visit(address, change);
    },
    ...more,
  });
  return { login, page: () => page };
};
export const kept = (server: McpServerConfig) =>
  JSON.parse(readFileSync(new LoginFile(server).path, 'utf8')) as Login;
