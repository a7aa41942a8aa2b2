import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/client';
import { HEADER, STATE_ATTRIBUTE } from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { grpcCode } from '../errors.js';

const INVALID_ARGUMENT = 3;

const known = new WeakMap<object, Promise<boolean>>();

/**
 * Whether the namespace knows `McpaState`: asked once for each connection. A count is allowed to everyone who may
 * list runs, also in a cloud, where the list of search attributes is an administrator's.
 */
export function knowsStateAttribute(
  { client }: Pick<OpenClient, 'client'>,
  { again = false } = {},
): Promise<boolean> {
  const asked = known.get(client.connection);
  if (asked !== undefined && !again) return asked;
  const answer = client.workflow.count(`${STATE_ATTRIBUTE} = "paused"`).then(
    () => true,
    (error: unknown) => {
      // An engine that is away has said nothing: the next start asks again.
      if (grpcCode(error) !== INVALID_ARGUMENT) known.delete(client.connection);
      return false;
    },
  );
  known.set(client.connection, answer);
  return answer;
}

/** Records in a run's start whether it writes its state into `McpaState`: an unregistered attribute would jam it. */
export function stateAttributeHeader(open: () => Pick<OpenClient, 'client'>): WorkflowClientInterceptor {
  const withHeader = async <I extends { headers: Record<string, unknown> }>(input: I): Promise<I> => {
    if (!(await knowsStateAttribute(open()))) return input;
    const value = defaultPayloadConverter.toPayload(true);
    return { ...input, headers: { ...input.headers, [HEADER.stateAttribute]: value } };
  };
  return {
    start: async (input, next) => next(await withHeader(input)),
    startUpdateWithStart: async (input, next) => {
      const { headers } = await withHeader({ headers: input.workflowStartHeaders });
      return next({ ...input, workflowStartHeaders: headers });
    },
    signalWithStart: async (input, next) => next(await withHeader(input)),
  };
}
