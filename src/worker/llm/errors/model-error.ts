import { errorClass, type ModelErrorClass } from './error-classes.js';

export interface ModelErrorOptions {
  retryAfterMs?: number;
  status?: number;
  /** Who refused. */
  provider?: string;
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
  readonly provider?: string;
  readonly hint?: string;

  constructor(name: ModelErrorClass, message: string, options: ModelErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.class = name;
    this.retryable = errorClass(name).retryable;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.status !== undefined) this.status = options.status;
    if (options.provider !== undefined) this.provider = options.provider;
    if (options.hint !== undefined) this.hint = options.hint;
  }
}

/** By name, not by class: errors cross package copies. */
export function isModelError(error: unknown): error is ModelError {
  return error instanceof Error && error.name === 'ModelError' && 'class' in error;
}
