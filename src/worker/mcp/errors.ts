export type McpCallErrorKind =
  | 'unknown_server'
  | 'unknown_tool'
  | 'not_sent'
  | 'unknown_outcome'
  | 'timeout'
  | 'protocol'
  | 'unavailable'
  /** It refuses its caller, until a person has done something. */
  | 'unauthorized'
  | 'command_not_found'
  | 'session_wanted'
  | 'session_lost'
  /** Its server knows the task no more. */
  | 'task_lost';

/** Starts in a row that failed, and how many the config allows; 0: no limit. */
export interface Starts {
  failed: number;
  limit: number;
  optional?: true;
}

export interface McpCallErrorOptions {
  hint?: string;
  cause?: unknown;
  starts?: Starts;
  /** A login mends it, and `hint` is its command. */
  login?: boolean;
  /** For a lost session: its request may have reached the server. */
  sent?: boolean;
}

/** Every failure of the pool, except an abort, which throws the signal's reason. */
export class McpCallError extends Error {
  override readonly name = 'McpCallError';
  readonly kind: McpCallErrorKind;
  readonly server: string;
  readonly hint?: string;
  readonly starts?: Starts;
  readonly login: boolean;
  readonly #sent: boolean;

  constructor(kind: McpCallErrorKind, server: string, message: string, options: McpCallErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.server = server;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.starts !== undefined) this.starts = options.starts;
    this.login = options.login ?? false;
    this.#sent = options.sent ?? (kind === 'unknown_outcome' || kind === 'timeout' || kind === 'protocol');
  }

  /** The server may have acted on the request. */
  get sent(): boolean {
    return this.#sent;
  }

  /** The same error, with how often the server failed to start. */
  afterStarts(starts: Starts): McpCallError {
    const { kind, server, message, hint, cause } = this;
    return new McpCallError(kind, server, message, {
      ...(hint === undefined ? {} : { hint }),
      ...(cause === undefined ? {} : { cause }),
      starts,
    });
  }
}

/** The system error code under a failure (`fetch failed` hides it in its causes). */
export function systemCode(error: unknown): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { code, errors, cause } = current as { code?: unknown; errors?: unknown[]; cause?: unknown };
    if (typeof code === 'string' && /^(E[A-Z]|UND_ERR)/.test(code)) return code;
    current = cause ?? errors?.[0];
  }
  return undefined;
}

/** What an HTTP server answered instead of a result; the SDK keeps it in the error's data. */
export function httpStatus(error: unknown): number | undefined {
  const { status, data, code } = (error ?? {}) as {
    status?: unknown;
    data?: { status?: unknown };
    code?: unknown;
  };
  const found = status ?? data?.status ?? code;
  return typeof found === 'number' && found >= 100 && found < 600 ? found : undefined;
}

const CONNECT_PHASE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The network failed before a byte of the request could leave. */
export function neverConnected(error: unknown): boolean {
  return CONNECT_PHASE.has(systemCode(error) ?? '');
}

/** The text of an error with that of its causes: `fetch failed` alone says nothing. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? error.cause : undefined;
  const own = error.message || systemCode(error) || error.name;
  return inner === undefined ? own : `${own}: ${describe(inner)}`;
}
