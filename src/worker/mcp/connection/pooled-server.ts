import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServerConfig } from '../../../config/types.js';
import { abortable } from '../abortable.js';
import { refusedCaller } from '../auth/refused.js';
import { describe, McpCallError, systemCode } from '../errors.js';
import type { CatalogTool } from '../types.js';
import type { ConnectContext } from './connect.js';
import { Connection } from './connection.js';

/** An optional server that is down isn't tried again by each turn. */
const DOWN_MS = 30_000;
/** Pauses between starts that fail: 0.25 s, twice as long each time, never longer than 10 s. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Starts in a row that fail before a run does; with the pauses of its activity's attempts about half a minute. */
const STARTS = 6;
/** So long a stateful server's list of tools is taken for today's. */
const LISTED_MS = 5 * 60 * 1000;

/** `closed` is also the state of a server that nobody has asked for yet. */
export type ServerState = 'connecting' | 'ready' | 'broken' | 'closed';

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
  /** A stateful server's tools: it isn't started anew for each turn. */
  #listed: { tools: CatalogTool[]; at: number } = { tools: [], at: 0 };
  #failures = 0;
  /** The connection ended of itself, and nobody has asked for another one. */
  #lost = false;
  #nextStart = 0;
  #closed = false;
  readonly #ending = new Set<Promise<void>>();

  constructor(
    readonly name: string,
    readonly config: McpServerConfig,
    readonly context: ConnectContext,
    readonly idleMs: number,
    readonly restMs?: number,
  ) {}

  get connected(): boolean {
    return this.#live !== undefined && !this.#live.broken;
  }

  get state(): ServerState {
    if (this.connected) return 'ready';
    if (this.#closed) return 'closed';
    if (this.#opening !== undefined && this.#live === undefined) return 'connecting';
    return this.#failures > 0 || this.#lost ? 'broken' : 'closed';
  }

  /** Nobody uses it, and nothing of it is open. */
  get unused(): boolean {
    return this.#users === 0 && this.#opening === undefined && this.#ending.size === 0;
  }

  get connection(): Connection | undefined {
    return this.connected ? this.#live : undefined;
  }

  /** The tools it offers. A connection that turns out dead is replaced once: listing is always safe to repeat. */
  async list(): Promise<CatalogTool[]> {
    if (this.config.optional && this.#down !== undefined && Date.now() < this.#down.until)
      throw this.#down.error;
    const stateful = this.config.session === 'stateful';
    if (stateful && Date.now() - this.#listed.at < LISTED_MS) return this.#listed.tools;
    const reused = this.connected;
    const list = (): Promise<CatalogTool[]> => this.use((connection) => connection.tools());
    try {
      const tools = await list();
      if (stateful) this.#listed = { tools, at: Date.now() };
      return tools;
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
      connection = await abortable(within(this.#living(), options.deadline, this.name), options.signal);
      return await connection.work(work);
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (connection !== undefined && (connection.broken || isDead(error))) this.#evict(connection);
      if (error instanceof McpCallError || connection === undefined) throw error;
      const refused = refusedCaller(this.name, this.config, error);
      if (refused !== undefined) throw refused;
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

  /** A connection that answers: one that rested is asked first, and replaced when it keeps silent. */
  async #living(): Promise<Connection> {
    const connection = await this.#connection();
    if (await connection.isLive(this.restMs)) return connection;
    this.#evict(connection);
    return this.#connection();
  }

  #connection(): Promise<Connection> {
    if (this.#closed) {
      return Promise.reject(
        new McpCallError('unavailable', this.name, 'the pool of MCP connections is closed'),
      );
    }
    if (this.#live?.broken) this.#evict(this.#live);
    if (this.#opening !== undefined) return this.#opening;
    const opening = this.#start((broken) => {
      if (!this.#closed && this.#live === broken) {
        this.#lost = true;
        this.context.log('warning', `MCP server ${this.name} closed its connection`, { server: this.name });
      }
      this.#evict(broken);
    });
    this.#opening = opening;
    opening.then(
      (connection) => {
        this.#down = undefined;
        this.#failures = 0;
        this.#lost = false;
        if (this.#opening === opening) this.#live = connection;
      },
      (error: unknown) => {
        this.#down = { until: Date.now() + DOWN_MS, error };
        if (this.#opening === opening) this.#opening = undefined;
        if (this.#closed) return;
        const level = this.config.optional ? 'warning' : 'error';
        this.context.log(level, messageOf(error), { server: this.name, optional: this.config.optional });
      },
    );
    return opening;
  }

  /** After starts that failed the next one waits: a server that can't start is not started a hundred times a second. */
  async #start(onBroken: (connection: Connection) => void): Promise<Connection> {
    const pause = this.#nextStart - Date.now();
    if (pause > 0) await sleep(pause, undefined, { signal: this.context.closing }).catch(() => {});
    try {
      return await Connection.open(this.name, this.config, this.context, onBroken);
    } catch (error) {
      if (!(error instanceof McpCallError) || error.kind !== 'unavailable') throw error;
      const failed = ++this.#failures;
      this.#nextStart = Date.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - 1));
      const limit = this.config.retry?.maximum_attempts ?? STARTS;
      throw error.afterStarts({ failed, limit, ...(this.config.optional ? { optional: true } : {}) });
    }
  }

  #rest(): void {
    if (this.#closed || this.#opening === undefined) return;
    const rest = Math.max(this.idleMs, this.#live?.keptMs ?? 0);
    this.#idle = setTimeout(() => {
      this.context.log('debug', `MCP server ${this.name} is idle, closing`, { server: this.name });
      this.#evict(this.#live);
    }, rest);
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

/** The pool's own errors name their causes. */
function messageOf(error: unknown): string {
  return error instanceof McpCallError ? error.message : describe(error);
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
