import { createHash } from 'node:crypto';
import type { PooledServer } from '../connection/pooled-server.js';
import { McpCallError } from '../errors.js';
import type { Headers, HeadersFor } from '../types.js';

const MOST = 500;

/** The connections of servers that know each run by its own headers: one for each identity, shared by no other. */
export class IdentifiedServers {
  readonly #servers = new Map<string, PooledServer>();

  constructor(
    readonly headersFor: HeadersFor | undefined,
    readonly make: (server: PooledServer, headers: Headers) => PooledServer,
  ) {}

  /** Runs `work` with the server as the run that asks may use it; headers that it refuses are asked for once more. */
  async use<T>(server: PooledServer, work: (server: PooledServer) => Promise<T>): Promise<T> {
    const { headersFor } = this;
    if (server.config.headers_from === undefined || headersFor === undefined) return work(server);
    const first = this.#of(server, await headersFor(server.name, false));
    try {
      return await work(first);
    } catch (error) {
      if (!(error instanceof McpCallError) || error.kind !== 'unauthorized') throw error;
      const second = this.#of(server, await headersFor(server.name, true));
      if (second === first) throw error;
      return work(second);
    }
  }

  list(): PooledServer[] {
    return [...this.#servers.values()];
  }

  #of(server: PooledServer, headers: Headers): PooledServer {
    const sorted = Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    // A digest, so that no map of this process is a list of tokens.
    const digest = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
    const key = `${server.name}/${digest}`;
    const own = this.#servers.get(key) ?? this.make(server, headers);
    // The one used last stands last.
    this.#servers.delete(key);
    this.#servers.set(key, own);
    this.#forgetIdle();
    return own;
  }

  #forgetIdle(): void {
    for (const [key, server] of this.#servers) {
      if (this.#servers.size <= MOST) return;
      if (server.unused) this.#servers.delete(key);
    }
  }
}
