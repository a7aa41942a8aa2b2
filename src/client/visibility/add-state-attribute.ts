import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { McpaError, STATE_ATTRIBUTE } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { grpcCode, grpcDetails, mapConnectionError } from '../errors.js';
import { knowsStateAttribute } from './state-attribute.js';

/** `temporal.api.enums.v1.IndexedValueType` */
const KEYWORD_LIST = 7;

/** The engine's services learn of it one after the other, within seconds. */
const KNOWN_WITHIN_MS = 60_000;
const ASK_AGAIN_MS = 200;

const GRPC = { alreadyExists: 6, denied: 7, unimplemented: 12, unauthenticated: 16 };

/** Adds the search attribute `McpaState` to the namespace, where it is missing, and waits until the engine's list takes it. */
export async function addStateAttribute(open: OpenClient): Promise<void> {
  if (await knowsStateAttribute(open)) return;
  const { where } = open;
  try {
    await (open.client.connection as Connection).operatorService.addSearchAttributes({
      namespace: where.namespace,
      searchAttributes: { [STATE_ATTRIBUTE]: KEYWORD_LIST },
    });
  } catch (error) {
    const code = grpcCode(error);
    if (code === GRPC.denied || code === GRPC.unimplemented || code === GRPC.unauthenticated)
      throw notAllowed(open, error);
    if (code !== GRPC.alreadyExists) throw mapConnectionError(error, where);
  }
  const end = Date.now() + KNOWN_WITHIN_MS;
  while (!(await knowsStateAttribute(open, { again: true }))) {
    if (Date.now() > end) {
      throw new McpaError(
        'COMMAND_TIMEOUT',
        `${STATE_ATTRIBUTE} was added, but the engine's list doesn't take it yet`,
        {
          hint: 'look again with `mcpa doctor`',
        },
      );
    }
    await sleep(ASK_AGAIN_MS);
  }
}

/** In a cloud, and on many clusters, search attributes are an administrator's. */
function notAllowed({ where }: OpenClient, cause: unknown): McpaError {
  return new McpaError(
    'PERMISSION',
    `${where.address} lets nobody add search attributes over this connection: ${grpcDetails(cause)}`,
    {
      hint: `have an administrator add ${STATE_ATTRIBUTE}, of type KeywordList, to namespace ${where.namespace} (Temporal Cloud: in its UI, or with tcld)`,
      cause,
    },
  );
}
