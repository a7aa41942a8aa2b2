import type { Config, Mask } from '../../../config/index.js';
import { type ErrorCode, McpaError } from '../../../core/index.js';
import { McpCallError, type McpCallErrorKind } from '../errors.js';

const CODES: Record<McpCallErrorKind, ErrorCode> = {
  unknown_server: 'MCP_SERVER_UNKNOWN',
  unknown_tool: 'MCP_TOOL_UNKNOWN',
  not_sent: 'MCP_UNAVAILABLE',
  unavailable: 'MCP_UNAVAILABLE',
  unauthorized: 'MCP_UNAUTHORIZED',
  command_not_found: 'MCP_COMMAND_NOT_FOUND',
  unknown_outcome: 'MCP_CALL_FAILED',
  timeout: 'MCP_CALL_FAILED',
  protocol: 'MCP_CALL_FAILED',
  session_wanted: 'MCP_CALL_FAILED',
  session_lost: 'MCP_CALL_FAILED',
  task_lost: 'MCP_CALL_FAILED',
};

/** The pool's error as one with a code and a fix. */
export function toMcpaError(error: unknown, config: Config, mask: Mask): unknown {
  if (!(error instanceof McpCallError)) return error;
  return new McpaError(CODES[error.kind], mask(error.message), {
    hint: mask(hintOf(error, config)),
    cause: error,
  });
}

/** For a table that must not end at the first server that is down. */
export function describeFailure(error: unknown, mask: Mask): { error: string; fix?: string } {
  const { message, hint } = error as { message: string; hint?: string };
  return { error: mask(message), ...(hint === undefined ? {} : { fix: mask(hint) }) };
}

function hintOf({ kind, server, hint }: McpCallError, config: Config): string {
  if (hint !== undefined) return hint;
  const { allowed_tools: allowed, timeout_seconds: seconds = 60 } = config.mcp.servers[server] ?? {};
  switch (kind) {
    case 'unknown_tool':
      return allowed === undefined
        ? `mcpa mcp tools ${server}`
        : `mcpa mcp tools ${server}; allowed_tools of the config leaves others out`;
    case 'timeout':
      return `give it more time: --timeout, or mcp.servers.${server}.timeout_seconds (now ${seconds})`;
    case 'unknown_outcome':
    case 'session_lost':
      return 'it may have done what it was asked: look before you call it again';
    default:
      return `the server's own words: mcpa mcp call ${server} … --verbose`;
  }
}
