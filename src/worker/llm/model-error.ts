export const MODEL_ERROR_CLASSES = [
  'transport',
  'timeout',
  'rate_limit',
  'overloaded',
  'server',
  'auth',
  'quota',
  'bad_request',
  'context_too_long',
  'content_refused',
  'script',
] as const;
export type ModelErrorClass = (typeof MODEL_ERROR_CLASSES)[number];

/** Worth the same request again after a while. Auth and quota want a human first. */
const RETRYABLE: ReadonlySet<ModelErrorClass> = new Set([
  'transport',
  'timeout',
  'rate_limit',
  'overloaded',
  'server',
]);

export interface ModelErrorOptions {
  retryAfterMs?: number;
  status?: number;
  hint?: string;
  cause?: unknown;
}

/** What went wrong with a model call, told by what the caller can do about it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly class: ModelErrorClass;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly status?: number;
  readonly hint?: string;

  constructor(errorClass: ModelErrorClass, message: string, options: ModelErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.class = errorClass;
    this.retryable = RETRYABLE.has(errorClass);
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.status !== undefined) this.status = options.status;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** By name, not by class: errors cross package copies. */
export function isModelError(error: unknown): error is ModelError {
  return error instanceof Error && error.name === 'ModelError' && 'class' in error;
}
