import { collectSecrets, type LoadedConfig, loadConfig } from '../config/index.js';
import { hideSecrets, note, outputMode } from './terminal.js';

/** Flags of every command, under commander's names. */
export interface GlobalFlags {
  config?: string;
  profile?: string;
  address?: string;
  namespace?: string;
  taskQueue?: string;
  tls?: boolean;
  tlsCertPath?: string;
  tlsKeyPath?: string;
  tlsCaPath?: string;
  tlsServerName?: string;
  apiKey?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  color?: boolean;
}

const CONNECTION = [
  'profile',
  'address',
  'namespace',
  'taskQueue',
  'apiKey',
  'tls',
  'tlsCertPath',
  'tlsKeyPath',
  'tlsCaPath',
  'tlsServerName',
] as const;

/** The configuration that the flags ask for; warnings go to stderr once. */
export async function loadSettings(
  flags: GlobalFlags,
  need: { project?: boolean } = {},
): Promise<LoadedConfig> {
  const given = CONNECTION.filter((name) => flags[name] !== undefined).map((name) => [name, flags[name]]);
  const loaded = await loadConfig({
    flags: Object.fromEntries(given),
    ...(flags.config !== undefined && { configFile: flags.config }),
    ...(need.project && { require: true }),
  });
  hideSecrets(collectSecrets(loaded.config));
  const mode = outputMode();
  if (loaded.warnings.length > 0) {
    const { formatProblem } = await import('../config/index.js');
    for (const warning of loaded.warnings) note(mode, `warning: ${formatProblem(warning)}`);
  }
  return loaded;
}
