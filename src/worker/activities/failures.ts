import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { FAILURE, isMcpaError } from '../../core/index.js';
import { ModelError } from '../llm/index.js';
import { McpCallError } from '../mcp/index.js';

/** An activity that was cancelled ends with the reason of its signal, or Temporal takes it for a failure. */
export function modelFailure(error: unknown, context: Context): unknown {
  if (context.cancellationSignal.aborted) return context.cancellationSignal.reason;
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ModelError) {
    const message = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
    return ApplicationFailure.create({
      message,
      type: `mcpa.Model.${error.class}`,
      nonRetryable: !error.retryable,
      ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    });
  }
  if (error instanceof McpCallError) return toolFailure(error, context);
  if (isMcpaError(error)) {
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return ApplicationFailure.nonRetryable(`${error.message}${hint}`, error.code);
  }
  return error;
}

export function toolFailure(error: unknown, context: Context): unknown {
  if (context.cancellationSignal.aborted) return interrupted(context);
  if (!(error instanceof McpCallError)) return error;
  const message = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  switch (error.kind) {
    case 'not_sent':
    case 'unavailable':
      return ApplicationFailure.retryable(message, FAILURE.toolNotSent);
    case 'command_not_found':
      return ApplicationFailure.nonRetryable(message, 'MCP_COMMAND_NOT_FOUND');
    case 'timeout':
    case 'unknown_outcome':
      return ApplicationFailure.retryable(message, FAILURE.toolOutcomeUnknown);
    default:
      return ApplicationFailure.nonRetryable(message, `mcpa.Mcp.${error.kind}`);
  }
}

/**
 * A worker that goes away gives the call back as one of unknown outcome: the engine repeats what may be repeated,
 * of the rest the model is told. The signal's own reason would end the run where there is no further attempt.
 */
function interrupted({ cancellationSignal, cancellationDetails }: Context): unknown {
  if (!cancellationDetails?.workerShutdown || cancellationDetails.cancelRequested)
    return cancellationSignal.reason;
  return ApplicationFailure.retryable('its worker was shut down', FAILURE.toolOutcomeUnknown);
}
