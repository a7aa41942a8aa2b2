import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  type McpHandlerRequestOptions,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { projectServer } from '../project-server.js';
import type { ServedProject } from '../served-project.js';

/** More clients than this at once: the one that was silent for longest begins anew. */
const MOST = 256;

/**
 * Sessions of the 2025 era, in which a server asks its client back over a connection that both keep. They are
 * connections, not state: after a restart their clients begin new ones (404), and find their runs by id.
 */
export class LegacySessions {
  /** The one used last is the last. */
  readonly #sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  readonly #project: ServedProject;

  constructor(project: ServedProject) {
    this.#project = project;
  }

  /** The answer to a request of a session, or to the one that begins it; undefined for one without a session. */
  async fetch(request: Request, options: McpHandlerRequestOptions): Promise<Response | undefined> {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#sessions.get(id);
      if (!session) return unknownSession();
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      return session.handleRequest(request, options);
    }
    if (request.method !== 'POST') return undefined;
    const body: unknown = await request
      .clone()
      .json()
      .catch(() => undefined);
    return isInitializeRequest(body) ? this.#begin(request, options) : undefined;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await session.close();
  }

  async #begin(request: Request, options: McpHandlerRequestOptions): Promise<Response> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, transport);
        const [oldest] = this.#sessions.keys();
        if (this.#sessions.size > MOST && oldest !== undefined) void this.#sessions.get(oldest)?.close();
      },
    });
    await projectServer(this.#project, 'legacy').connect(transport);
    const { onclose } = transport;
    transport.onclose = () => {
      onclose?.();
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
    };
    return transport.handleRequest(request, options);
  }
}

function unknownSession(): Response {
  const error = { code: -32_001, message: 'Session not found: begin a new one' };
  return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 });
}
