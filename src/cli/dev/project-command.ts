import { join, resolve } from 'node:path';
import type { GlobalFlags } from '../settings.js';
import { PACKAGE_ROOT } from '../version.js';

export interface ProjectPlace {
  flags: GlobalFlags;
  address: string;
  cwd: string;
}

/** A command of this project in a process of its own, with the flags that dev was given. */
export function projectCommand(
  command: string,
  { flags, address, cwd }: ProjectPlace,
): { args: string[]; env: NodeJS.ProcessEnv; cwd: string } {
  const args = [join(PACKAGE_ROOT, 'bin/mcpa.js'), command, '--json', '--address', address];
  if (flags.config !== undefined) args.push('--config', flags.config);
  if (flags.profile !== undefined) args.push('--profile', flags.profile);
  if (flags.namespace !== undefined) args.push('--namespace', flags.namespace);
  if (flags.taskQueue !== undefined) args.push('--task-queue', flags.taskQueue);
  if (flags.tls) args.push('--tls');
  if (flags.tlsCaPath !== undefined) args.push('--tls-ca-path', resolve(flags.tlsCaPath));
  if (flags.tlsCertPath !== undefined) args.push('--tls-cert-path', resolve(flags.tlsCertPath));
  if (flags.tlsKeyPath !== undefined) args.push('--tls-key-path', resolve(flags.tlsKeyPath));
  if (flags.tlsServerName !== undefined) args.push('--tls-server-name', flags.tlsServerName);
  if (flags.verbose) args.push('--verbose');
  return {
    args,
    env: { ...process.env, ...(flags.apiKey !== undefined && { TEMPORAL_API_KEY: flags.apiKey }) },
    cwd: flags.config === undefined ? cwd : process.cwd(),
  };
}
