import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** An MCP server that knows its callers by a header alone, and counts who opened a connection and who used it. */
export class TenantServer implements AsyncDisposable {
  readonly names = new Map<string, string>();
  /** `token method` of each request that was let in. */
  readonly requests: string[] = [];
  readonly refused: string[] = [];
  #server!: Server;
  url = '';

  static async start(names: Record<string, string>): Promise<TenantServer> {
    const own = new TenantServer();
    for (const [token, name] of Object.entries(names)) own.names.set(token, name);
    own.#server = createServer(async (request, response) => {
      const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
      const name = own.names.get(token);
      if (name === undefined) {
        own.refused.push(token);
        response.writeHead(401).end();
        return;
      }
      const method = String(request.headers['mcp-method'] ?? request.method);
      own.requests.push(`${token} ${method}`);
      await toNodeHandler(createMcpHandler(() => tenant(name)))(request, response);
    });
    await new Promise<void>((resolve) => own.#server.listen(0, '127.0.0.1', resolve));
    own.url = `http://127.0.0.1:${(own.#server.address() as AddressInfo).port}/mcp`;
    return own;
  }

  /** Connections that were opened with a token. */
  opened(token: string): number {
    return this.requests.filter((request) => request === `${token} server/discover`).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function tenant(name: string): McpServer {
  const server = new McpServer({ name: 'tenant', version: '1.0.0' });
  server.registerTool('mine', { inputSchema: z.object({}) }, () => ({
    content: [{ type: 'text', text: `of ${name}` }],
  }));
  return server;
}
