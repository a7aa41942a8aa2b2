import type { McpServerConfig } from '../../../config/index.js';
import { describe, httpStatus, McpCallError } from '../errors.js';
import { authCause, TokenUnavailable } from './login-wanted.js';
import { ServerTokens } from './server-tokens.js';

/** What a server said about its caller, as an error that holds the run; undefined for every other failure. */
export function refusedCaller(
  name: string,
  config: McpServerConfig,
  error: unknown,
): McpCallError | undefined {
  const cause = authCause(error);
  if (cause instanceof TokenUnavailable) {
    const message = `MCP server ${name} was not asked: ${describe(cause)}`;
    return new McpCallError('not_sent', name, message, { cause: error });
  }
  const scope = missingScope(error);
  if (cause === undefined && scope === undefined && httpStatus(error) !== 401) return undefined;
  if (!ServerTokens.serve(config)) {
    const message = `MCP server ${name} refuses the headers (HTTP ${scope === undefined ? 401 : 403})`;
    const from = config.headers_from;
    const hint =
      from === undefined
        ? `set the credentials under headers of ${name}, and restart the worker`
        : `mend what the activity ${from} returns: it gives the headers of each run, and of no command`;
    return new McpCallError('unauthorized', name, message, { cause: error, hint });
  }
  // A call can't do what a person can: log in, or grant more.
  const login = `mcpa mcp login ${name}`;
  const why = scope === undefined ? (cause?.message ?? 'it refuses the token') : 'the login lacks a scope';
  return new McpCallError('unauthorized', name, `MCP server ${name} wants a login: ${why}`, {
    cause: error,
    hint: scope ? `${login} --scope "${scope}"` : login,
    login: true,
  });
}

/** The scope that a 403 asks for, where it reads like one: it ends up in a command line that people copy. */
function missingScope(error: unknown): string | undefined {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++, at = at.cause) {
    if (at.name !== 'InsufficientScopeError') continue;
    const { requiredScope = '' } = at as Error & { requiredScope?: string };
    return /^[\w.:/*@ -]{1,200}$/.test(requiredScope) ? requiredScope.trim() : '';
  }
  return undefined;
}
