import type { Config, OAuthConfig } from '../../../../config/index.js';
import { describe } from '../../errors.js';
import { type Login, LoginFile } from '../login-file.js';
import { oauthFetch } from '../oauth-fetch.js';
import { remoteServer } from './remote-server.js';

export interface McpLogOut {
  server: string;
  /** False: there was no login. */
  removed: boolean;
  /** The authorization server has taken the tokens back. */
  revoked: boolean;
  /** Why it has not. */
  why?: string;
}

/** Removes a login from this machine, after its tokens were revoked where the authorization server can do that. */
export async function logOutOfMcpServer(config: Config, name: string): Promise<McpLogOut> {
  const server = remoteServer(config, name);
  const file = new LoginFile(server);
  return file.alone(async () => {
    const login = await file.read();
    if (login === undefined) {
      await file.remove();
      return { server: name, removed: false, revoked: false };
    }
    const why = await revoke(login, server.auth?.oauth).catch(describe);
    await file.remove();
    return { server: name, removed: true, revoked: why === undefined, ...(why === undefined ? {} : { why }) };
  });
}

/** By RFC 7009, which the SDK's client leaves to its user; undefined when it was done. */
async function revoke(login: Login, oauth: OAuthConfig = {}): Promise<string | undefined> {
  const sdk = await import('@modelcontextprotocol/client');
  const metadata = await sdk.discoverAuthorizationServerMetadata(login.issuer, { fetchFn: oauthFetch });
  const endpoint = (metadata as { revocation_endpoint?: string } | undefined)?.revocation_endpoint;
  if (endpoint === undefined) return 'the authorization server has no endpoint for it';
  sdk.assertSecureTokenEndpoint(endpoint);
  const { client_id: id } = login.client;
  const secret = oauth.client_id === id ? oauth.client_secret : login.client.client_secret;
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (secret !== undefined) {
    const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  // The refresh token first: a server that takes it back ends what was made of it.
  for (const [hint, token] of [
    ['refresh_token', login.refreshToken],
    ['access_token', login.accessToken],
  ] as const) {
    if (token === undefined) continue;
    const body = new URLSearchParams({ token, token_type_hint: hint, client_id: id });
    const response = await oauthFetch(endpoint, { method: 'POST', headers, body });
    await response.body?.cancel();
    if (!response.ok) return `the authorization server answered ${response.status}`;
  }
  return undefined;
}
