import { readFileSync } from 'node:fs';
import { McpaError } from '../core/index.js';
import type { Config } from './types.js';

export interface TlsOptions {
  serverNameOverride?: string;
  serverRootCACertificate?: Uint8Array;
  clientCertPair?: { crt: Uint8Array; key: Uint8Array };
}
/** What `Connection.connect` and `NativeConnection.connect` both take, and the namespace. */
export interface ConnectionSettings {
  address: string;
  namespace: string;
  tls?: boolean | TlsOptions;
  apiKey?: string;
  metadata?: Record<string, string>;
}

/** Reads the certificate files; PEM text in the config is taken as it is. */
export function connectionOptions(config: Config): ConnectionSettings {
  const { address, namespace, tls, api_key, rpc_metadata } = config.temporal;
  const result: ConnectionSettings = { address, namespace };
  const wanted = tls ?? (api_key === undefined ? undefined : true);
  if (wanted !== undefined) result.tls = typeof wanted === 'boolean' ? wanted : details(wanted);
  if (api_key !== undefined) result.apiKey = api_key;
  if (Object.keys(rpc_metadata).length > 0) result.metadata = rpc_metadata;
  return result;
}

function details(tls: Exclude<Config['temporal']['tls'], boolean | undefined>): TlsOptions {
  const result: TlsOptions = {};
  if (tls.server_name !== undefined) result.serverNameOverride = tls.server_name;
  if (tls.server_ca !== undefined) result.serverRootCACertificate = pem('server_ca', tls.server_ca);
  if (tls.client_cert !== undefined && tls.client_key !== undefined) {
    result.clientCertPair = {
      crt: pem('client_cert', tls.client_cert),
      key: pem('client_key', tls.client_key),
    };
  }
  return result;
}

function pem(key: string, fileOrText: string): Uint8Array {
  if (fileOrText.includes('-----BEGIN')) return Buffer.from(fileOrText);
  try {
    return readFileSync(fileOrText);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new McpaError('CONFIG_INVALID', `temporal.tls.${key}: can't read ${fileOrText} (${code})`, {
      hint: 'give a readable PEM file, or the PEM text itself',
      cause: error,
    });
  }
}
