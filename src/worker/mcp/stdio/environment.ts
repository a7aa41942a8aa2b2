import { delimiter, dirname } from 'node:path';

/** What a program needs to find its home, its language and its certificates; never a key of the worker's. */
const INHERITED = [
  'HOME',
  'LANG',
  'LOGNAME',
  'NODE_EXTRA_CA_CERTS',
  'PATH',
  'SHELL',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'TERM',
  'TMPDIR',
  'TZ',
  'USER',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
];

/** A server's environment: the harmless part of the worker's, then what the config gives. */
export function serverEnvironment(
  configured: Record<string, string>,
  binFolders: string[],
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    // `()` opens an exported shell function: code, not data.
    if (value === undefined || value.startsWith('()')) continue;
    if (INHERITED.includes(name) || name.startsWith('LC_')) env[name] = value;
  }
  // Scripts start with `#!/usr/bin/env node`: our own node must be found even when it isn't on the PATH.
  env.PATH = [...binFolders, env.PATH ?? '/usr/local/bin:/usr/bin:/bin', dirname(process.execPath)].join(
    delimiter,
  );
  return { ...env, ...configured };
}
