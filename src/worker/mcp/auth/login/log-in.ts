import { randomBytes } from 'node:crypto';
import type { Config, McpServerConfig } from '../../../../config/index.js';
import { isMcpaError, McpaError } from '../../../../core/index.js';
import { abortable } from '../../abortable.js';
import { describe } from '../../errors.js';
import { type Login, LoginFile } from '../login-file.js';
import { oauthFetch } from '../oauth-fetch.js';
import { logInAsClient } from '../renew.js';
import { CallbackServer } from './callback-server.js';
import { challengeOf } from './challenge.js';
import { LoginSession } from './login-session.js';
import { type McpLogin, publicLogin } from './login-status.js';
import { remoteServer } from './remote-server.js';

const TIMEOUT_MS = 5 * 60_000;

export interface McpLogInOptions {
  /** Called with the address that a person has to visit; nothing is opened here. */
  onAddress(address: string): void;
  /** Beside those of the config or of the server. */
  scopes?: string[];
  /** Time for the person; five minutes otherwise. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * Logs in to a remote MCP server and keeps the tokens for this user's workers; resolves when the person is back from
 * the browser. Throws `MCP_LOGIN_FAILED`.
 */
export async function logInToMcpServer(
  config: Config,
  name: string,
  options: McpLogInOptions,
): Promise<McpLogin> {
  const server = remoteServer(config, name);
  const file = new LoginFile(server);
  try {
    const login =
      server.auth?.oauth?.grant === 'client_credentials'
        ? await logInAsClient(await import('@modelcontextprotocol/client'), server.url, server.auth.oauth)
        : await byBrowser(name, server, await file.read(), options);
    await file.alone(() => file.write(login));
    return publicLogin(name, server, login);
  } catch (error) {
    if (options.signal?.aborted || isMcpaError(error)) throw error;
    throw new McpaError('MCP_LOGIN_FAILED', `no login to MCP server ${name}: ${whyNot(error)}`, {
      hint: `mcpa mcp login ${name} tries again; a server that has no OAuth takes a token under headers of the config`,
      cause: error,
    });
  }
}

async function byBrowser(
  name: string,
  server: McpServerConfig & { url: string },
  before: Login | undefined,
  { onAddress, scopes = [], timeoutMs = TIMEOUT_MS, signal }: McpLogInOptions,
): Promise<Login> {
  const sdk = await import('@modelcontextprotocol/client');
  const { url, auth: { oauth = {} } = {} } = server;
  const state = randomBytes(24).toString('base64url');
  await using callback = await openCallback(state, oauth.callback_port, before);
  const asked = await abortable(challengeOf(sdk, server), signal);
  const scope = sdk.computeScopeUnion(
    oauth.scopes?.join(' ') ?? asked.scope,
    before?.scope,
    scopes.join(' '),
  );
  const { redirect, client } = before ?? {};
  const registered = client !== undefined && 'scope' in client ? client.scope : undefined;
  // A client that was registered with another redirect, or for less, may be refused here, and one whose login has
  // ended may be unknown there by now: nobody would come back from the browser.
  const fits = registered === undefined || !sdk.isStrictScopeSuperset(scope, registered);
  const reusable = redirect === callback.url && fits && before?.ended === undefined ? before : undefined;
  const session = new LoginSession(url, callback.url, oauth, state, reusable);
  const { resourceMetadataUrl } = asked;
  const begun = sdk.auth(session, {
    serverUrl: url,
    fetchFn: oauthFetch,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
    ...(scope === undefined ? {} : { scope }),
  });
  await abortable(begun, signal);
  const address = await session.address;
  // It will be opened by whatever this machine opens such addresses with.
  if (address.protocol !== 'https:' && address.protocol !== 'http:')
    throw new Error(`the server wants a person sent to ${address.protocol}, which is no web page`);
  onAddress(address.href);
  const late = AbortSignal.timeout(timeoutMs);
  const over = signal === undefined ? late : AbortSignal.any([signal, late]);
  const parameters = await abortable(callback.arrived, over).catch((error: unknown) => {
    if (!late.aborted || signal?.aborted) throw error;
    throw new McpaError(
      'MCP_LOGIN_FAILED',
      `nobody logged in to MCP server ${name} within ${timeoutMs / 1000} s`,
      {
        hint: 'try again, with more time: --timeout 15m',
      },
    );
  });
  const transport = new sdk.StreamableHTTPClientTransport(new URL(url), {
    authProvider: session,
    fetch: oauthFetch,
  });
  // The SDK checks the issuer before it reads anything else, errors included.
  await transport.finishAuth(parameters);
  callback.answer(true);
  return session.login();
}

function openCallback(
  state: string,
  port: number | undefined,
  before: Login | undefined,
): Promise<CallbackServer> {
  if (port !== undefined) return CallbackServer.open(state, { wanted: port, must: true });
  const last = before?.redirect === undefined ? 0 : Number(new URL(before.redirect).port);
  return CallbackServer.open(state, { wanted: last, must: false });
}

/** What a mix-up attack sends is not shown: it would speak to the person in the place of their server. */
function whyNot(error: unknown): string {
  const { name, kind } = error as { name?: string; kind?: string };
  return name === 'IssuerMismatchError' && kind === 'authorization_response'
    ? 'the answer came from another authorization server than the one that was asked'
    : describe(error);
}
