import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type CallToolInput, FAILURE, type Refusal, type SessionWanted } from '../../core/index.js';
import { McpCallError } from '../mcp/index.js';
import type { Services } from './services.js';

/** What a failed tool call tells its run: whether it may be repeated, and by whom. */
export function toolFailure(
  error: unknown,
  context: Context,
  services?: Partial<Pick<Services, 'sessionQueue' | 'onProviderAuth'>>,
  input: object = {},
): unknown {
  if (context.cancellationSignal.aborted) return interrupted(context, 'session' in input);
  if (!(error instanceof McpCallError)) return error;
  const message = withHint(error);
  switch (error.kind) {
    case 'unavailable':
      if (isGivenUp(error, context)) return ApplicationFailure.nonRetryable(message, 'MCP_UNAVAILABLE');
      return ApplicationFailure.retryable(message, FAILURE.toolNotSent);
    case 'unauthorized':
      return ApplicationFailure.create({
        message,
        type: 'MCP_UNAUTHORIZED',
        nonRetryable: true,
        ...(services?.onProviderAuth === 'wait' ? { details: [{ refused: refusalOf(error) }] } : {}),
      });
    case 'not_sent':
      return ApplicationFailure.retryable(message, FAILURE.toolNotSent);
    case 'command_not_found':
      return ApplicationFailure.nonRetryable(message, 'MCP_COMMAND_NOT_FOUND');
    case 'session_wanted': {
      const wanted: SessionWanted = { server: error.server, taskQueue: services?.sessionQueue ?? '' };
      return ApplicationFailure.create({
        message,
        type: FAILURE.sessionWanted,
        nonRetryable: true,
        details: [wanted],
        // Not worth a line in the log: the run goes on where the session is.
        category: 'BENIGN',
      });
    }
    case 'task_lost':
      return ApplicationFailure.nonRetryable(message, FAILURE.taskLost);
    case 'session_lost':
      return lostSession(message, error.sent);
    case 'timeout':
    case 'unknown_outcome': {
      const { mostSends = Number.POSITIVE_INFINITY } = input as Partial<CallToolInput>;
      return ApplicationFailure.create({
        message,
        type: FAILURE.toolOutcomeUnknown,
        nonRetryable: context.info.attempt >= mostSends,
      });
    }
    default:
      return ApplicationFailure.nonRetryable(message, `${FAILURE.mcp}.${error.kind}`);
  }
}

/** Tells the run to wait for a person: with a login it needs no worker's restart, and goes on. */
function refusalOf({ server, message, hint, login }: McpCallError): Refusal {
  const fix = hint === undefined ? {} : { fix: hint };
  return { kind: 'auth', provider: `MCP server ${server}`, message, ...fix, ...(login ? { server } : {}) };
}

/** A server that can't be started fails its run, loudly: both this activity and the server have tried often enough. */
function isGivenUp({ starts }: McpCallError, { info }: Context): boolean {
  return (
    starts !== undefined && starts.limit > 0 && starts.failed >= starts.limit && info.attempt >= starts.limit
  );
}

/**
 * A worker that goes away gives the call back as one of unknown outcome: the engine repeats what may be repeated,
 * of the rest the model is told. The signal's own reason would end the run where there is no further attempt.
 */
function interrupted({ cancellationSignal, cancellationDetails }: Context, inSession: boolean): unknown {
  if (!cancellationDetails?.workerShutdown || cancellationDetails.cancelRequested)
    return cancellationSignal.reason;
  if (inSession) return lostSession('its worker was shut down', true);
  return ApplicationFailure.retryable('its worker was shut down', FAILURE.toolOutcomeUnknown);
}

/** An engine's failure has no place for the hint but its message. */
export function withHint({ message, hint }: { message: string; hint?: string }): string {
  return hint === undefined ? message : `${message} (${hint})`;
}

function lostSession(why: string, sent: boolean): ApplicationFailure {
  return ApplicationFailure.nonRetryable(why, FAILURE.sessionLost, { why, sent });
}
