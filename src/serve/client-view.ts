import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { Elicits } from './run/question-form.js';

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** What the caller of one request can do. */
export interface ClientView {
  elicits: Elicits;
  /** It takes a task in place of a result. */
  tasks: boolean;
}

/** The 2026 era says it with each request, the 2025 era once at the handshake. */
export function clientView(server: Server, ctx: ServerContext): ClientView {
  const envelope = ctx.mcpReq.envelope as Record<string, unknown> | undefined;
  const perRequest = envelope?.[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const capabilities = perRequest ?? server.getClientCapabilities();
  const elicitation = capabilities?.elicitation as { form?: object; url?: object } | undefined;
  return {
    elicits: {
      // An empty object is the 2025 way to say form.
      form: elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined),
      url: elicitation?.url !== undefined,
    },
    tasks: perRequest?.extensions?.[TASKS_EXTENSION] !== undefined,
  };
}
