import type { OAuthTokens } from '@modelcontextprotocol/client';
import type { OAuthConfig } from '../../../config/index.js';
import { describe } from '../errors.js';
import type { Login } from './login-file.js';
import { LoginWanted, TokenUnavailable } from './login-wanted.js';
import { oauthFetch } from './oauth-fetch.js';

type Sdk = typeof import('@modelcontextprotocol/client');

/** Answers after which the same request would be refused again: another login is wanted. */
const FOR_GOOD = new Set(['invalid_grant', 'invalid_client', 'unauthorized_client', 'invalid_scope']);

/** New tokens for a login that has run out, from the issuer that gave it and from no other. */
export async function renew(sdk: Sdk, login: Login, oauth: OAuthConfig = {}): Promise<Login> {
  const { refreshToken, issuer, client, resource } = login;
  if (login.ended !== undefined) throw new LoginWanted(login.ended);
  if (refreshToken === undefined)
    throw new LoginWanted('the login has run out, and brought no refresh token');
  const secret = oauth.client_id === client.client_id ? oauth.client_secret : undefined;
  return answered(sdk, async () => {
    const metadata = await sdk.discoverAuthorizationServerMetadata(issuer, { fetchFn: oauthFetch });
    if (metadata === undefined) throw new Error(`${issuer} has no metadata`);
    const tokens = await sdk.refreshAuthorization(issuer, {
      metadata,
      clientInformation: secret === undefined ? client : { ...client, client_secret: secret },
      refreshToken,
      fetchFn: oauthFetch,
      ...(resource === undefined ? {} : { resource }),
    });
    return withTokens(login, tokens);
  });
}

/** The program's own login, by the client and its secret. */
export async function logInAsClient(sdk: Sdk, url: string, oauth: OAuthConfig): Promise<Login> {
  const { client_id: clientId = '', client_secret: clientSecret = '', authorization_server, scopes } = oauth;
  const expectedIssuer = authorization_server ?? '';
  const scope = scopes?.join(' ');
  return answered(sdk, async () => {
    const given = { clientId, clientSecret, expectedIssuer, clientName: 'mcpa' };
    const provider = new sdk.ClientCredentialsProvider({ ...given, ...(scope && { scope }) });
    const found = await sdk.discoverOAuthServerInfo(url, { fetchFn: oauthFetch });
    const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } = found;
    await sdk.selectResourceURL(url, provider, resourceMetadata);
    const resource = resourceMetadata?.resource;
    const tokens = await sdk.fetchToken(provider, authorizationServerUrl, {
      ...(metadata === undefined ? {} : { metadata }),
      ...(resource === undefined ? {} : { resource }),
      ...(scope === undefined ? {} : { scope }),
      fetchFn: oauthFetch,
    });
    const client = { client_id: clientId };
    const login = {
      url,
      issuer: metadata?.issuer ?? authorizationServerUrl,
      client,
      accessToken: '',
      at: '',
    };
    return withTokens({ ...login, ...(resource === undefined ? {} : { resource }) }, tokens);
  });
}

/** The login with the tokens that came now; a refresh token that was not replaced stays. */
export function withTokens(login: Login, tokens: OAuthTokens): Login {
  const { expiresAt: _, ended: __, ...rest } = login;
  const refreshToken = tokens.refresh_token ?? login.refreshToken;
  const scope = tokens.scope ?? login.scope;
  const seconds = tokens.expires_in;
  return {
    ...rest,
    accessToken: tokens.access_token,
    at: new Date().toISOString(),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(scope === undefined ? {} : { scope }),
    ...(seconds === undefined ? {} : { expiresAt: new Date(Date.now() + seconds * 1_000).toISOString() }),
  };
}

/** Refusals and mix-ups want a person; a server that is down wants patience. */
async function answered<T>(sdk: Sdk, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof sdk.OAuthError ? String(error.code) : undefined;
    const mixedUp = error instanceof sdk.OAuthClientFlowError;
    if (mixedUp || (code !== undefined && FOR_GOOD.has(code)))
      throw new LoginWanted(`the authorization server refuses it: ${describe(error)}`, { cause: error });
    throw new TokenUnavailable(`no new token: ${describe(error)}`, { cause: error });
  }
}
