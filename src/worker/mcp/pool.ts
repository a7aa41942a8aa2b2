import { setMaxListeners } from 'node:events';
import type { GetPromptOutput, ReadResourceOutput, SessionRef } from '../../core/index.js';
import { abortable } from './abortable.js';
import { TokensInUse } from './auth/tokens-in-use.js';
import { callOn } from './call/call.js';
import { catalogDigest, isAllowed } from './catalog.js';
import type { Connection } from './connection/connection.js';
import { PooledServer } from './connection/pooled-server.js';
import { Verdicts } from './connection/verdicts.js';
import { McpCallError } from './errors.js';
import { IdentifiedServers } from './identity/identified-servers.js';
import { connectionReport, type McpConnection } from './look/connection-report.js';
import { findPrompt, findResource } from './lookup.js';
import { ServerSessions } from './session/server-sessions.js';
import { Reaper } from './stdio/reaper.js';
import { cancelTask, getTask, type TaskCall, updateTask } from './tasks/task-requests.js';
import type { TaskState } from './tasks/task-state.js';
import type { Catalog, CatalogTool, McpPool, McpPoolOptions, ToolCall, ToolResult } from './types.js';

const IDLE_MS = 5 * 60 * 1000;
/** Of a stateful server the pool only lists the tools: it may hold what one process alone can hold. */
const LISTING_IDLE_MS = 500;
/** For a connection to the server of a task. */
const TASK_CONNECT_MS = 30_000;

/** Opens nothing until a server is first asked for. */
export function createMcpPool(options: McpPoolOptions): McpPool {
  return new Pool(options);
}

class Pool implements McpPool {
  readonly #servers = new Map<string, PooledServer>();
  readonly #catalogs = new Map<string, { lists: CatalogTool[][]; catalog: Catalog }>();
  readonly #reaper = new Reaper();
  readonly #identified: IdentifiedServers;
  readonly #closing = new AbortController();
  readonly sessions: ServerSessions;
  readonly inUse: TokensInUse;

  constructor(options: McpPoolOptions) {
    // Each server that starts listens to it: with eleven of them Node would warn of a leak.
    setMaxListeners(0, this.#closing.signal);
    this.inUse = options.inUse ?? new TokensInUse();
    const context = {
      log: options.log,
      verdicts: new Verdicts(options.cacheDir),
      reaper: this.#reaper,
      closing: this.#closing.signal,
      inUse: this.inUse,
      clientInfo: options.clientInfo,
      projectDir: options.projectDir ?? process.cwd(),
    };
    this.sessions = new ServerSessions(context);
    for (const [name, config] of Object.entries(options.servers)) {
      const idleMs = config.session === 'stateful' ? LISTING_IDLE_MS : (options.idleMs ?? IDLE_MS);
      this.#servers.set(name, new PooledServer(name, config, context, idleMs, options.restMs));
    }
    this.#identified = new IdentifiedServers(options.headersFor, ({ name, config, idleMs }, own) => {
      const headers = { ...config.headers, ...own };
      return new PooledServer(name, { ...config, headers }, context, idleMs, options.restMs);
    });
  }

  async catalog(serverNames: string[], signal?: AbortSignal): Promise<Catalog> {
    const names = [...new Set(serverNames)];
    const servers = names.map((name) => this.#server(name));
    const missing: string[] = [];
    const lists = await abortable(
      Promise.all(
        servers.map(async (server): Promise<CatalogTool[]> => {
          try {
            return await this.#identified.use(server, (own) => own.list());
          } catch (error) {
            if (!server.config.optional) throw error;
            missing.push(server.name);
            return [];
          }
        }),
      ),
      signal,
    );
    return this.#catalogOf(names, lists, missing.sort());
  }

  /** Digesting every schema costs more than the rest of a model call's bookkeeping: the same lists, the same catalogue. */
  #catalogOf(names: string[], lists: CatalogTool[][], missing: string[]): Catalog {
    const key = names.join();
    const last = this.#catalogs.get(key);
    if (last !== undefined && lists.every((list, index) => list === last.lists[index])) return last.catalog;
    const tools = lists.flat();
    const catalog = { tools, digest: catalogDigest(tools), missing };
    this.#catalogs.set(key, { lists, catalog });
    return catalog;
  }

  async callTool(call: ToolCall): Promise<ToolResult> {
    call.signal.throwIfAborted();
    const server = this.#server(call.server);
    const unknown = (): McpCallError =>
      new McpCallError('unknown_tool', call.server, `MCP server ${call.server} has no tool ${call.tool}`);
    if (!isAllowed(server.config, call.tool)) throw unknown();
    const deadline = Date.now() + call.timeoutMs;

    const work = async (connection: Connection): Promise<ToolResult> => {
      const tools = await abortable(connection.tools(), call.signal);
      if (!tools.some((tool) => tool.name === call.tool)) throw unknown();
      return callOn(connection, call, deadline);
    };
    return this.#identified.use(server, (own) => this.#call(own, call, work, deadline));
  }

  getTask(call: TaskCall): Promise<TaskState> {
    return this.#task(call, (connection) => getTask(connection, call));
  }

  updateTask(call: TaskCall): Promise<void> {
    return this.#task(call, (connection) => updateTask(connection, call));
  }

  cancelTask(call: TaskCall): Promise<void> {
    return this.#task(call, (connection) => cancelTask(connection, call));
  }

  async #task<T>(call: TaskCall, work: (connection: Connection) => Promise<T>): Promise<T> {
    call.signal.throwIfAborted();
    const deadline = Date.now() + TASK_CONNECT_MS;
    return this.#identified.use(this.#server(call.server), (own) => this.#call(own, call, work, deadline));
  }

  async #call<T>(
    server: PooledServer,
    call: Pick<ToolCall, 'session' | 'signal'>,
    work: (connection: Connection) => Promise<T>,
    deadline: number,
  ): Promise<T> {
    if (server.config.session === 'stateful' || call.session !== undefined)
      return this.#inSession(server, call.session, work, call.signal);
    const attempt = (): Promise<T> => server.use(work, { signal: call.signal, deadline });
    const reused = server.connected;
    try {
      return await attempt();
    } catch (error) {
      // A pooled connection may have died unnoticed since its last use; nothing was sent, so begin anew, once.
      const again =
        reused && error instanceof McpCallError && error.kind === 'not_sent' && Date.now() < deadline;
      if (!again) throw error;
      return attempt();
    }
  }

  async listServer(name: string, signal?: AbortSignal): Promise<CatalogTool[]> {
    return abortable(
      this.#identified.use(this.#server(name), (own) => own.list()),
      signal,
    );
  }

  report(): McpConnection[] {
    const own = [...this.#servers.values(), ...this.#identified.list()].map((server) =>
      connectionReport(server.name, server.state, server.connection),
    );
    const sessions = this.sessions.list().map(({ server, run, connection }) => ({
      ...connectionReport(server, connection === undefined ? 'connecting' : 'ready', connection),
      run: run.workflowId,
    }));
    return [...own, ...sessions];
  }

  async readResource(
    uri: string,
    serverNames: string[],
    signal: AbortSignal,
    session?: SessionRef,
  ): Promise<ReadResourceOutput> {
    const find = (connection: Connection) => findResource(connection, uri, signal);
    return this.#ask(serverNames, signal, `resource ${uri}`, find, session);
  }

  async getPrompt(
    name: string,
    args: Record<string, string>,
    serverNames: string[],
    signal: AbortSignal,
    session?: SessionRef,
  ): Promise<GetPromptOutput> {
    const find = (connection: Connection) => findPrompt(connection, name, args, signal);
    return this.#ask(serverNames, signal, `prompt ${name}`, find, session);
  }

  async close(): Promise<void> {
    this.#closing.abort('the pool of MCP connections is closed');
    const servers = [...this.#servers.values(), ...this.#identified.list(), this.sessions];
    await Promise.allSettled(servers.map((server) => server.close()));
    this.#reaper[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A call of a stateful server belongs to a run's session, and to no other connection. */
  async #inSession<T>(
    { name, config }: PooledServer,
    session: SessionRef | undefined,
    work: (connection: Connection) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    if (session === undefined)
      throw new McpCallError('session_wanted', name, `MCP server ${name} keeps a session for each run`);
    if (config.session !== 'stateful')
      throw new McpCallError('session_lost', name, 'the config has made the server stateless', {
        sent: false,
      });
    return this.sessions.use(name, config, session, work, signal);
  }

  /** The first server that has what is asked for answers; those that keep sessions come last. */
  async #ask<T>(
    serverNames: string[],
    signal: AbortSignal,
    what: string,
    find: (connection: Connection) => Promise<T | undefined>,
    session: SessionRef | undefined,
  ): Promise<T> {
    let last: unknown;
    const servers = [...new Set(serverNames)].map((name) => this.#server(name));
    servers.sort((a, b) => Number(a.config.session === 'stateful') - Number(b.config.session === 'stateful'));
    for (const server of servers) {
      const stateful = server.config.session === 'stateful' || session !== undefined;
      try {
        const found = await this.#identified.use(server, (own) =>
          stateful ? this.#inSession(own, session, find, signal) : own.use(find, { signal }),
        );
        if (found !== undefined) return found;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof McpCallError && error.kind.startsWith('session_')) throw error;
        last = error;
      }
    }
    if (last instanceof McpCallError) throw last;
    const message = `none of the MCP servers ${serverNames.join(', ')} has the ${what}`;
    throw new McpCallError(
      'protocol',
      serverNames[0] ?? '',
      message,
      last === undefined ? {} : { cause: last },
    );
  }

  #server(name: string): PooledServer {
    const server = this.#servers.get(name);
    if (server !== undefined) return server;
    const known = [...this.#servers.keys()].join(', ') || 'none';
    throw new McpCallError('unknown_server', name, `no MCP server ${name} in the config`, {
      hint: `configured servers: ${known}`,
    });
  }
}
