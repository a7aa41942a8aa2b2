import type { MergedConfig } from '../defaults.js';
import type { Finding } from './validate.js';

type Server = NonNullable<NonNullable<MergedConfig['mcp']>['servers']>[string];

/** Logins and headers of a server that can't work together, or not at all. */
export function checkLogin(path: string[], server: Server): Finding[] {
  const findings: Finding[] = [];
  const { auth, headers_from: from, url, headers = {} } = server;
  const oauth = auth?.oauth;
  for (const key of ['auth', 'headers_from'] as const) {
    if (server[key] === undefined || url !== undefined) continue;
    const fix = 'a local program takes its credentials by `env`';
    findings.push({ path: [...path, key], problem: 'is for a server with a url', fix });
  }
  if (oauth === undefined) return findings;
  const at = [...path, 'auth', 'oauth'];
  if (from !== undefined)
    findings.push({ path: at, problem: 'stands beside headers_from', fix: 'keep one of the two' });
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'))
    findings.push({ path: at, problem: 'stands beside an Authorization header', fix: 'keep one of the two' });
  if (oauth.grant === 'client_credentials')
    for (const key of ['client_id', 'client_secret', 'authorization_server'] as const)
      if (oauth[key] === undefined)
        findings.push({
          path: at,
          problem: `has grant client_credentials without ${key}`,
          fix: `add ${key}`,
        });
  if (oauth.client_secret !== undefined && oauth.client_id === undefined)
    findings.push({ path: at, problem: 'has a client_secret without client_id', fix: 'add client_id' });
  if (oauth.client_metadata_url !== undefined && !/^https:\/\/[^/]+\/./.test(oauth.client_metadata_url)) {
    const problem = 'is no https address with a path';
    findings.push({ path: [...at, 'client_metadata_url'], problem, fix: 'name where the document is' });
  }
  return findings;
}
