import { homedir } from 'node:os';
import { McpaError } from '../../core/index.js';
import type { Layer } from './layers.js';
import type { Tree } from './yaml-file.js';

export interface Profile extends Layer {
  name: string;
  /** Named by flag or variable, not just there. */
  chosen: boolean;
}

/** The profile of `temporal.toml`, without the environment's overrides: those are a layer of their own. */
export async function loadProfile(
  flag: string | undefined,
  env: NodeJS.ProcessEnv,
  homeDir: string | undefined,
): Promise<Profile | undefined> {
  const chosen = flag ?? env.TEMPORAL_PROFILE;
  const name = chosen || 'default';
  const { loadClientConfigProfile } = await import('@temporalio/envconfig');
  const variables = {
    HOME: homeDir ?? homedir(),
    ...env,
    ...(homeDir === undefined ? {} : { HOME: homeDir }),
  };
  const overrideEnvVars: Record<string, string> = {};
  for (const [key, value] of Object.entries(variables)) if (value !== undefined) overrideEnvVars[key] = value;
  delete overrideEnvVars.TEMPORAL_PROFILE;
  let profile: ReturnType<typeof loadClientConfigProfile>;
  try {
    profile = loadClientConfigProfile({ profile: chosen || undefined, disableEnv: true, overrideEnvVars });
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && !chosen && !env.TEMPORAL_CONFIG_FILE) return undefined;
    throw new McpaError('CONFIG_INVALID', `temporal.toml, profile ${name}: ${(error as Error).message}`, {
      hint: 'list the profiles with `temporal config list`, or leave out --profile and TEMPORAL_PROFILE',
      cause: error,
    });
  }
  const temporal: Tree = {};
  if (profile.address) temporal.address = profile.address;
  if (profile.namespace) temporal.namespace = profile.namespace;
  if (profile.apiKey) temporal.api_key = profile.apiKey;
  if (profile.grpcMeta && Object.keys(profile.grpcMeta).length > 0) temporal.rpc_metadata = profile.grpcMeta;
  if (profile.tls) {
    const { disabled, serverName, clientCert, clientKey, serverCACert } = profile.tls;
    const tls: Tree = {};
    if (serverName) tls.server_name = serverName;
    if (serverCACert) tls.server_ca = sourceText(serverCACert);
    if (clientCert) tls.client_cert = sourceText(clientCert);
    if (clientKey) tls.client_key = sourceText(clientKey);
    temporal.tls = disabled ? false : Object.keys(tls).length > 0 ? tls : true;
  }
  if (Object.keys(temporal).length === 0) return undefined;
  return {
    name,
    chosen: Boolean(chosen),
    value: { temporal },
    origin: () => `temporal.toml [profile.${name}]`,
  };
}

function sourceText(source: { path: string } | { data: string | Uint8Array }): string {
  if ('path' in source) return source.path;
  return typeof source.data === 'string' ? source.data : new TextDecoder().decode(source.data);
}
