import { type Config, type LoadedConfig, loadConfig } from '../config/index.js';
import { note, outputMode } from './terminal.js';

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

/** The configuration that the flags ask for; warnings go to stderr once. */
export async function loadSettings(flags: GlobalFlags, need: { project?: boolean } = {}): Promise<LoadedConfig> {
  const loaded = await loadConfig({
    cwd: process.cwd(),
    ...(flags.config !== undefined && { configPath: flags.config }),
    ...(flags.profile !== undefined && { profile: flags.profile }),
    ...(need.project && { require: true }),
    flags: {
      ...(flags.address !== undefined && { address: flags.address }),
      ...(flags.namespace !== undefined && { namespace: flags.namespace }),
      ...(flags.taskQueue !== undefined && { taskQueue: flags.taskQueue }),
      ...(flags.apiKey !== undefined && { apiKey: flags.apiKey }),
      ...tlsOf(flags),
    },
  });
  const mode = outputMode();
  for (const warning of loaded.warnings) note(mode, `warning: ${warning}`);
  return loaded;
}

function tlsOf(flags: GlobalFlags): { tls?: NonNullable<Config['temporal']['tls']> } {
  const parts = {
    ...(flags.tlsServerName !== undefined && { server_name: flags.tlsServerName }),
    ...(flags.tlsCaPath !== undefined && { server_ca: flags.tlsCaPath }),
    ...(flags.tlsCertPath !== undefined && { client_cert: flags.tlsCertPath }),
    ...(flags.tlsKeyPath !== undefined && { client_key: flags.tlsKeyPath }),
  };
  if (Object.keys(parts).length > 0) return { tls: parts };
  return flags.tls === undefined ? {} : { tls: flags.tls };
}
