import { type Config, connectionOptions } from '../config/index.js';
import { Client, Connection } from '@temporalio/client';
import { type AddressInfo, mapConnectionError } from './errors.js';

/** An open connection to the engine, closed with `[Symbol.asyncDispose]`. */
export interface OpenClient extends AsyncDisposable {
  client: Client;
  config: Config;
  where: AddressInfo;
}

/** How long a first answer may take: a dead host must not look like a slow one. */
const CONNECT_TIMEOUT_MS = 5_000;

export async function openClient(config: Config): Promise<OpenClient> {
  const where = { address: config.temporal.address, namespace: config.temporal.namespace };
  const connection = await Connection.connect({
    ...connectionOptions(config),
    connectTimeout: CONNECT_TIMEOUT_MS,
  }).catch((error: unknown) => {
    throw mapConnectionError(error, where);
  });
  const client = new Client({ connection, namespace: where.namespace });
  return {
    client,
    config,
    where,
    [Symbol.asyncDispose]: () => connection.close().catch(() => undefined),
  };
}
