import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PATH = '/callback';
const DONE = 'You are logged in to the MCP server. This window can be closed; the terminal goes on.';
const REFUSED = 'The login did not succeed. This window can be closed; the terminal says why.';

/** Waits on loopback for the browser that the authorization server sends back. */
export class CallbackServer implements AsyncDisposable {
  readonly url: string;
  /** The parameters of the first redirect that carries the right state. */
  readonly arrived: Promise<URLSearchParams>;
  readonly #server: Server;
  #answer: ServerResponse | undefined;

  private constructor(server: Server, state: string) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
    this.arrived = new Promise((resolve) => {
      server.on('request', (request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
        response.setHeader('content-type', 'text/plain; charset=utf-8');
        response.setHeader('cache-control', 'no-store');
        response.setHeader('connection', 'close');
        if (pathname !== PATH || request.method !== 'GET') return response.writeHead(404).end();
        // Another page or program on this machine may call it too: it changes nothing.
        if (!same(searchParams.get('state') ?? '', state) || this.#answer !== undefined)
          return response.writeHead(400).end('This is not the login that the terminal waits for.');
        this.#answer = response;
        resolve(searchParams);
      });
    });
  }

  /** On `port`, or on a free one where none is given; a wanted port that is busy gives way to a free one. */
  static async open(state: string, port?: { wanted: number; must: boolean }): Promise<CallbackServer> {
    const server = createServer();
    try {
      await listen(server, port?.wanted ?? 0);
    } catch (error) {
      if (port === undefined || port.must) throw error;
      await listen(server, 0);
    }
    return new CallbackServer(server, state);
  }

  /** Tells the browser how it ended. */
  answer(succeeded: boolean): void {
    this.#answer?.writeHead(succeeded ? 200 : 400).end(succeeded ? DONE : REFUSED);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#answer !== undefined && !this.#answer.writableEnded) this.answer(false);
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeIdleConnections();
      setTimeout(() => this.#server.closeAllConnections(), 500).unref();
    });
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
