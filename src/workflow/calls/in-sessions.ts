import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE, type McpSession, type SessionRef, type SessionWanted } from '../../core/index.js';
import type { CallOptions } from '../activity-options.js';
import { operations } from '../run-state.js';
import { failureDetails, failureType } from './activity-cause.js';
import { sessionLost } from './sessions.js';

/** Only one worker polls the queue of a session: where it doesn't take the call within this time, it is gone. */
const TAKEN_WITHIN_MS = 15_000;

type Place = Pick<CallOptions, 'taskQueue' | 'scheduleToStartMs'>;

/** Calls in the run's session with a stateful server, on the worker that keeps it. */
export async function inSession<O>(
  server: string,
  taskQueue: string,
  conversation: string,
  call: (session: SessionRef, place: Place) => Promise<O>,
): Promise<O> {
  const { sessions } = operations();
  const session = await sessions.enter(server, taskQueue, conversation);
  try {
    const output = await call(refTo(session), {
      taskQueue: session.taskQueue,
      scheduleToStartMs: TAKEN_WITHIN_MS,
    });
    sessions.answered(server, session);
    return output;
  } catch (error) {
    const loss = lossOf(server, error);
    if (loss === undefined) throw error;
    sessions.lose(server, session, conversation);
    throw loss;
  }
}

/** Asks servers for something that one of them has; those that keep a session are asked in it. */
export async function inSessions<I extends { serverNames: string[] }, O>(
  conversation: string,
  input: I,
  call: (input: I & { session?: SessionRef }, place: Place) => Promise<O>,
): Promise<O> {
  for (let { serverNames } = input; ; ) {
    try {
      return await call({ ...input, serverNames }, {});
    } catch (error) {
      const wanted = sessionWanted(error);
      if (wanted === undefined) throw error;
      const { server } = wanted;
      serverNames = serverNames.filter((name) => name !== server);
      try {
        return await inSession(server, wanted.taskQueue, conversation, (session, place) =>
          call({ ...input, serverNames: [server], session }, place),
        );
      } catch (inner) {
        if (serverNames.length === 0 || failureType(inner) !== `${FAILURE.mcp}.protocol`) throw inner;
      }
    }
  }
}

/** The server keeps a session, and the call came without one. */
export function sessionWanted(error: unknown): SessionWanted | undefined {
  return failureType(error) === FAILURE.sessionWanted ? failureDetails<SessionWanted>(error) : undefined;
}

export function isSessionLost(error: unknown): error is ApplicationFailure {
  return error instanceof ApplicationFailure && error.type === FAILURE.sessionLost;
}

function refTo({ id, run, begin }: McpSession): SessionRef {
  return { id, run, ...(begin ? { begin } : {}) };
}

function lossOf(server: string, error: unknown): ApplicationFailure | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  if (cause instanceof TimeoutFailure) {
    if (cause.timeoutType === 'SCHEDULE_TO_START')
      return sessionLost(server, 'its worker is gone', cause.cause !== undefined);
    return cause.timeoutType === 'HEARTBEAT'
      ? sessionLost(server, 'its worker died in the call', true)
      : undefined;
  }
  if (failureType(error) !== FAILURE.sessionLost) return undefined;
  const { why, sent } = failureDetails<{ why?: string; sent?: boolean }>(error) ?? {};
  return sessionLost(server, why ?? cause?.message ?? '', sent === true);
}
