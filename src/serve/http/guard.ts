import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type AuthInfo,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  OAuthError,
  OAuthErrorCode,
  originValidationResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { McpaError } from '../../core/index.js';

export interface GuardOptions {
  /** The address that is listened on. */
  host: string;
  /** Whoever asks must have it. */
  token?: string | undefined;
  /** Host names of web pages that may ask, beside those of this machine. */
  origins: string[];
}

/** Who may ask: the answer to who may not, else who it is. */
export type Guard = (request: Request) => Promise<Response | AuthInfo | undefined>;

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

/** Throws where other machines could ask and nothing tells who may. */
export function requireToken(host = '127.0.0.1', token?: string): void {
  if (token !== undefined || isLoopback(host)) return;
  throw new McpaError('USAGE', `--host ${host} is open to other machines, and no token is set`, {
    hint: 'set MCPA_SERVE_TOKEN or --token-file, or leave --host out: only this machine can ask then',
  });
}

export function createGuard({ host, token, origins }: GuardOptions): Guard {
  const bearer =
    token === undefined ? undefined : requireBearerAuth({ verifier: { verifyAccessToken: verifier(token) } });
  const pages = [...localhostAllowedOrigins(), ...origins];
  return async (request) => {
    // A page of another site that had its name resolved to this machine sends that name as Host. Beyond loopback a
    // token is demanded, which such a page does not have.
    const foreign = isLoopback(host)
      ? hostHeaderValidationResponse(request, localhostAllowedHostnames())
      : undefined;
    const refused = foreign ?? originValidationResponse(request, pages);
    // A browser asks without the token first whether it may send one.
    if (refused || request.method === 'OPTIONS') return refused;
    return bearer?.(request);
  };
}

/** Compares in a time that tells nothing. */
function verifier(token: string) {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const expected = hash(token);
  return async (given: string): Promise<AuthInfo> => {
    if (!timingSafeEqual(hash(given), expected))
      throw new OAuthError(OAuthErrorCode.InvalidToken, 'the token is wrong');
    // A static token doesn't expire, and the SDK wants to hear when it does.
    return { token: given, clientId: 'mcpa', scopes: [], expiresAt: Math.floor(Date.now() / 1_000) + 3_600 };
  };
}
