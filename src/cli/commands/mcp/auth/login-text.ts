import type { McpLogin } from '../../../../worker/index.js';
import { age } from '../../../render/look/numbers.js';
import { oneLine } from '../../../render/width.js';

/** `github by https://login.example, scopes repo, token for 59m (refreshed by itself)`. */
export function loginText({ server, issuer, scopes, expiresAt, refreshes }: McpLogin): string {
  const left = expiresAt === undefined ? undefined : Date.parse(expiresAt) - Date.now();
  return oneLine(
    [
      `${server} by ${issuer}`,
      ...(scopes === undefined || scopes.length === 0 ? [] : [`scopes ${scopes.join(' ')}`]),
      ...(left === undefined ? [] : [left > 0 ? `token for ${age(left)}` : 'token expired']),
    ].join(', ') + (refreshes ? ' (refreshed by itself)' : ''),
    400,
  );
}
