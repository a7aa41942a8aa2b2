import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isMcpaError } from '../../core/index.js';
import { ModelError } from '../llm/index.js';
import { McpCallError } from '../mcp/index.js';
import { toolFailure } from './tool-failure.js';

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
