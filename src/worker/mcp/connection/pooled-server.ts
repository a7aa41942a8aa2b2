import type { McpServerConfig } from '../../../config/types.js';
import { abortable } from '../abortable.js';
import { describe, McpCallError, systemCode } from '../errors.js';
import type { CatalogTool } from '../types.js';
import type { ConnectContext } from './connect.js';
import { Connection } from './connection.js';

/** An optional server that is down isn't tried again by each turn. */
const DOWN_MS = 30_000;

export interface UseOptions {
  signal?: AbortSignal;
  /** Milliseconds since the epoch. */
  deadline?: number;
}

/** A configured server with its one connection: started once for all who wait, closed when idle, replaced when broken. */
export class PooledServer {
  #opening: Promise<Connection> | undefined;
  #live: Connection | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #down: { until: number; error: unknown } | undefined;
  #closed = false;
  readonly #ending = new Set<Promise<void>>();

  constructor(
    readonly name: string,
    readonly config: McpServerConfig,
    readonly context: ConnectContext,
    readonly idleMs: number,
  ) {}

  get connected(): boolean {
    return this.#live !== undefined && !this.#live.broken;
  }

  /** The tools it offers. A connection that turns out dead is replaced once: listing is always safe to repeat. */
  async list(): Promise<CatalogTool[]> {
    if (this.config.optional && this.#down !== undefined && Date.now() < this.#down.until)
      throw this.#down.error;
    const reused = this.connected;
    const list = (): Promise<CatalogTool[]> => this.use((connection) => connection.tools());
    try {
      return await list();
    } catch (error) {
      if (!reused || (error instanceof McpCallError && error.kind === 'unavailable')) throw error;
      this.#evict(this.#live);
      return list();
    }
  }

  /** Runs `work` on the connection, which can't go idle meanwhile. */
  async use<T>(work: (connection: Connection) => Promise<T>, options: UseOptions = {}): Promise<T> {
    this.#users++;
    clearTimeout(this.#idle);
    let connection: Connection | undefined;
    try {
      connection = await abortable(within(this.#connection(), options.deadline, this.name), options.signal);
      return await work(connection);
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (connection !== undefined && (connection.broken || isDead(error))) this.#evict(connection);
      if (error instanceof McpCallError || connection === undefined) throw error;
      // Only reads and lists come here: a call gives its own errors.
      const code = (error as { code?: unknown }).code;
      const kind =
        typeof code === 'number' ? 'protocol' : code === 'REQUEST_TIMEOUT' ? 'timeout' : 'unavailable';
      throw new McpCallError(kind, this.name, `MCP server ${this.name}: ${describe(error)}`, {
        cause: error,
      });
    } finally {
      if (--this.#users === 0) this.#rest();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const opening = this.#opening;
    this.#opening = undefined;
    await opening?.then((connection) => connection.close()).catch(() => {});
    await Promise.all(this.#ending);
  }

  #connection(): Promise<Connection> {
    if (this.#closed) {
      return Promise.reject(
        new McpCallError('unavailable', this.name, 'the pool of MCP connections is closed'),
      );
    }
    if (this.#live?.broken) this.#evict(this.#live);
    if (this.#opening !== undefined) return this.#opening;
    const opening = Connection.open(this.name, this.config, this.context, (broken) => {
      if (!this.#closed && this.#live === broken) {
        this.context.log('warning', `MCP server ${this.name} closed its connection`, { server: this.name });
      }
      this.#evict(broken);
    });
    this.#opening = opening;
    opening.then(
      (connection) => {
        this.#down = undefined;
        if (this.#opening === opening) this.#live = connection;
      },
      (error: unknown) => {
        this.#down = { until: Date.now() + DOWN_MS, error };
        if (this.#opening === opening) this.#opening = undefined;
        if (this.#closed) return;
        const level = this.config.optional ? 'warning' : 'error';
        this.context.log(level, describe(error), { server: this.name, optional: this.config.optional });
      },
    );
    return opening;
  }

  #rest(): void {
    if (this.#closed || this.#opening === undefined) return;
    this.#idle = setTimeout(() => {
      this.context.log('debug', `MCP server ${this.name} is idle, closing`, { server: this.name });
      this.#evict(this.#live);
    }, this.idleMs);
    this.#idle.unref();
  }

  #evict(connection: Connection | undefined): void {
    if (connection === undefined) return;
    if (this.#live === connection) {
      this.#live = undefined;
      this.#opening = undefined;
    }
    const ending = connection.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

function isDead(error: unknown): boolean {
  const text = describe(error);
  const code = (error as { code?: unknown }).code;
  return (
    code === 'CONNECTION_CLOSED' ||
    code === 'NOT_CONNECTED' ||
    systemCode(error) !== undefined ||
    /connection closed|not connected|fetch failed/i.test(text)
  );
}

/** A call's own deadline ends its wait for the start, not the start. */
async function within<T>(promise: Promise<T>, deadline: number | undefined, name: string): Promise<T> {
  if (deadline === undefined) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new McpCallError(
      'not_sent',
      name,
      `MCP server ${name} did not start within the call's timeout`,
    );
    timer = setTimeout(() => reject(error), Math.max(0, deadline - Date.now()));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
