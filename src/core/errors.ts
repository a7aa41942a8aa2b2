/** Exit statuses of the command (docs/errors.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notReady: 3,
  cancelled: 4,
  timedOut: 5,
  blocked: 6,
  commandTimeout: 7,
  bug: 70,
  interrupted: 130,
} as const;

/** Every error code with its exit status; each has a section in docs/errors.md. */
export const ERROR_CODES = {
  USAGE: EXIT.usage,
  CONFIG_NOT_FOUND: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  CONFIG_ENGINE: EXIT.usage,
  INPUT_NOT_JSON: EXIT.usage,
  INPUT_TOO_LARGE: EXIT.usage,
  TEMPLATE_UNKNOWN: EXIT.usage,
  PROJECT_EXISTS: EXIT.usage,
  WORKFLOW_UNKNOWN: EXIT.usage,
  WORKFLOW_SYNTAX: EXIT.usage,
  WORKFLOW_INVALID: EXIT.usage,
  WORKFLOW_DUPLICATE: EXIT.usage,
  WORKFLOW_IMPORT: EXIT.usage,
  ACTIVITY_SYNTAX: EXIT.usage,
  ACTIVITY_INVALID: EXIT.usage,
  ACTIVITY_DUPLICATE: EXIT.usage,
  SCRIPT_INVALID: EXIT.usage,
  HISTORY_INVALID: EXIT.usage,
  RUN_UNKNOWN: EXIT.usage,
  RUN_AMBIGUOUS: EXIT.usage,
  RUN_EXISTS: EXIT.usage,
  RUN_CLOSED: EXIT.usage,
  PAUSE_IMPOSSIBLE: EXIT.usage,
  RETRY_IMPOSSIBLE: EXIT.usage,
  QUERY_UNKNOWN: EXIT.usage,
  UPDATE_UNKNOWN: EXIT.usage,
  QUESTION_UNKNOWN: EXIT.usage,
  ANSWER_REFUSED: EXIT.usage,
  MCP_SERVER_UNKNOWN: EXIT.usage,
  MCP_TOOL_UNKNOWN: EXIT.usage,
  NAMESPACE_UNKNOWN: EXIT.notReady,
  ENGINE_UNREACHABLE: EXIT.notReady,
  ENGINE_NOT_FOUND: EXIT.notReady,
  ENGINE_FAILED: EXIT.notReady,
  PORT_IN_USE: EXIT.notReady,
  NO_WORKER: EXIT.notReady,
  WORKER_LACKS_WORKFLOW: EXIT.notReady,
  KEY_MISSING: EXIT.notReady,
  PROVIDER_REFUSED: EXIT.notReady,
  ENCRYPTION_KEY_MISSING: EXIT.notReady,
  ENCRYPTION_KEY_WRONG: EXIT.notReady,
  MCP_COMMAND_NOT_FOUND: EXIT.notReady,
  MCP_UNAVAILABLE: EXIT.notReady,
  MCP_UNAUTHORIZED: EXIT.notReady,
  MCP_LOGIN_FAILED: EXIT.notReady,
  MCP_ASKS: EXIT.notReady,
  VERSIONS_MIXED: EXIT.notReady,
  PLATFORM: EXIT.notReady,
  PERMISSION: EXIT.notReady,
  ACTIVITY_CRASHED: EXIT.failed,
  MCP_CALL_FAILED: EXIT.failed,
  QUERY_FAILED: EXIT.failed,
  UPDATE_REJECTED: EXIT.failed,
  UPDATE_FAILED: EXIT.failed,
  RUN_FAILED: EXIT.failed,
  RUN_CANCELLED: EXIT.cancelled,
  RUN_TIMED_OUT: EXIT.timedOut,
  COMMAND_TIMEOUT: EXIT.commandTimeout,
  INTERRUPTED: EXIT.interrupted,
  BUG: EXIT.bug,
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface McpaErrorOptions {
  /** What to do about it, as one sentence or command. */
  hint?: string;
  cause?: unknown;
}

/** The one error that mcpa throws on purpose: a code, a message, and how to mend it. */
export class McpaError extends Error {
  override readonly name = 'McpaError';
  readonly code: ErrorCode;
  readonly hint?: string;

  constructor(code: ErrorCode, message: string, options: McpaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
  }

  get exitStatus(): number {
    return ERROR_CODES[this.code];
  }
}

/** By name, not by class: errors cross realms and package copies. */
export function isMcpaError(error: unknown): error is McpaError {
  return error instanceof Error && error.name === 'McpaError' && 'code' in error;
}
