import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { projectServer } from '../project-server.js';
import type { ServedProject } from '../served-project.js';
import { withCrossOrigin } from './cross-origin.js';
import { createGuard, type Guard, requireToken } from './guard.js';
import { LegacySessions } from './legacy-sessions.js';

export interface HttpOptions {
  /** Default: this machine only. */
  host?: string;
  /** 0: a free one. */
  port: number;
  /** Needed beyond this machine. */
  token?: string;
  /** Host names of web pages that may ask. */
  origins?: string[];
}

export interface HttpServing extends AsyncDisposable {
  url: string;
}

const PATH = '/mcp';
/** What is under way may finish within this; a call that follows a run goes on as that run. */
const DRAIN_MS = 1_000;

/** Serves any number of clients over streamable HTTP, of both eras. */
export async function serveOverHttp(project: ServedProject, options: HttpOptions): Promise<HttpServing> {
  const { host = '127.0.0.1', port, token, origins = [] } = options;
  requireToken(host, token);
  const guard = createGuard({ host, token, origins });
  const onerror = (error: Error) => project.log(`protocol: ${error.message}`);
  const modern = createMcpHandler(({ era }) => projectServer(project, era), { onerror });
  const sessions = new LegacySessions(project);
  const answer = async (request: Request): Promise<Response> => {
    const passed = await admit(guard, request);
    if (passed instanceof Response) return passed;
    const legacy = (await isLegacyRequest(request)) ? await sessions.fetch(request, passed) : undefined;
    return legacy ?? modern.fetch(request, passed);
  };
  const fetch = async (request: Request) => withCrossOrigin(request, await answer(request));
  const handle = toNodeHandler({ fetch }, { onerror });
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const shown = host.includes(':') ? `[${host.replace(/[[\]]/g, '')}]` : host;
  return {
    url: `http://${shown}:${(server.address() as AddressInfo).port}${PATH}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      await drained(server);
      await modern.close();
      await sessions.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function admit(guard: Guard, request: Request) {
  const checked = await guard(request);
  if (checked instanceof Response) return checked;
  if (new URL(request.url).pathname !== PATH) return new Response('there is /mcp', { status: 404 });
  if (request.method === 'OPTIONS') return new Response(null, { status: 204 });
  return checked === undefined ? {} : { authInfo: checked };
}

/** Until no connection is busy, for a moment at most. */
async function drained(server: Server): Promise<void> {
  const until = Date.now() + DRAIN_MS;
  for (;;) {
    server.closeIdleConnections();
    const open = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    if (open === 0 || Date.now() > until) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
