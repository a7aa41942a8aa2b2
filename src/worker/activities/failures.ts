import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isMcpaError, type Refusal } from '../../core/index.js';
import { errorClass, ModelError } from '../llm/index.js';
import { McpCallError } from '../mcp/index.js';
import { toolFailure, withHint } from './tool-failure.js';

/** What the failure of a model call depends on beside the error. */
export interface ModelFailureSettings {
  /** The config's `on_provider_auth`; recorded with the failure, so that a replay decides alike. */
  onProviderAuth: 'wait' | 'fail';
  /** For errors that don't name theirs. */
  provider: string;
}

/** An activity that was cancelled ends with the reason of its signal, or Temporal takes it for a failure. */
export function modelFailure(error: unknown, context: Context, settings: ModelFailureSettings): unknown {
  if (context.cancellationSignal.aborted) return context.cancellationSignal.reason;
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ModelError) {
    return ApplicationFailure.create({
      message: withHint(error),
      type: `mcpa.Model.${error.class}`,
      nonRetryable: !error.retryable,
      // A pause of nothing (`Retry-After: 0`, a date of a clock that is behind) means to the engine: no more attempts.
      ...(error.retryAfterMs ? { nextRetryDelay: error.retryAfterMs } : {}),
      ...refused(errorClass(error.class).gate, error, settings),
    });
  }
  if (error instanceof McpCallError) return toolFailure(error, context, settings);
  if (isMcpaError(error)) {
    return ApplicationFailure.create({
      message: withHint(error),
      type: error.code,
      nonRetryable: true,
      ...refused(error.code === 'KEY_MISSING' ? 'auth' : undefined, error, settings),
    });
  }
  return error;
}

/** Tells the run to wait for a person instead of failing. */
function refused(
  kind: Refusal['kind'] | undefined,
  { message, hint, provider }: { message: string; hint?: string; provider?: string },
  settings: ModelFailureSettings,
): { details?: [{ refused: Refusal }] } {
  if (kind === undefined || settings.onProviderAuth === 'fail') return {};
  const fix = hint === undefined ? {} : { fix: hint };
  return { details: [{ refused: { kind, provider: provider ?? settings.provider, message, ...fix } }] };
}
