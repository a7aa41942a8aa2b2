import { createConnection } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { type Config, connectionOptions, PayloadCodec } from '../config/index.js';
import { revealAnswers } from './codec/reveal.js';
import { type AddressInfo, engineUnreachable, mapConnectionError } from './errors.js';
import { stateAttributeHeader } from './visibility/state-attribute.js';

/** An open connection to the engine, closed with `[Symbol.asyncDispose]`. */
export interface OpenClient extends AsyncDisposable {
  client: Client;
  config: Config;
  where: AddressInfo;
}

/**
 * A history, of which a page has up to 256 events, may have 50 MB. The SDK means to allow 128 MB but misnames the option,
 * and gRPC's own 4 MB makes it repeat such a request until its deadline.
 */
const LARGEST_ANSWER = 128 * 1024 * 1024;

/** How long a first answer may take: a dead host must not look like a slow one. */
const CONNECT_TIMEOUT_MS = 5_000;

/** gRPC tries a refused connection again until its timeout; on this machine, refused means that nothing runs. */
async function refusedSoon(address: string): Promise<void> {
  const local = /^(localhost|127\.0\.0\.1|\[::1\]):(\d+)$/.exec(address);
  if (!local) return;
  const host = local[1]!.replace(/[[\]]/g, '');
  const refused = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ host, port: Number(local[2]) });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy());
    socket.once('connect', () => socket.destroy());
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.once('close', () => resolve(false));
  });
  if (refused) throw engineUnreachable(address);
}

export async function openClient(config: Config): Promise<OpenClient> {
  const { namespace: _, ...settings } = connectionOptions(config);
  const { address, namespace } = config.temporal;
  const where = { address, namespace, tls: Boolean(settings.tls) };
  const codec = new PayloadCodec(config);
  await refusedSoon(where.address);
  const connection = await Connection.connect({
    ...settings,
    connectTimeout: CONNECT_TIMEOUT_MS,
    channelArgs: { 'grpc.max_receive_message_length': LARGEST_ANSWER },
  }).catch((error: unknown) => {
    throw mapConnectionError(error, where);
  });
  revealAnswers(connection, codec);
  const client: Client = new Client({
    connection,
    dataConverter: { payloadCodecs: [codec] },
    namespace: where.namespace,
    interceptors: { workflow: [stateAttributeHeader(() => ({ client }))] },
  });
  return {
    client,
    config,
    where,
    [Symbol.asyncDispose]: () => connection.close().catch(() => undefined),
  };
}
