import { randomUUID } from 'node:crypto';
import { type Config, type Mask, maskAll, packageVersion } from '../../../config/index.js';
import type { ContentPart, JsonObject, ListedTool } from '../../../core/index.js';
import { maskOf } from '../../activities/without-secrets.js';
import { cacheDirOf } from '../../bundle-project.js';
import { type AskPerson, callInRounds } from '../asks/call-rounds.js';
import { TokensInUse } from '../auth/tokens-in-use.js';
import { toolTimeoutSeconds } from '../catalog.js';
import { createMcpPool } from '../pool.js';
import type { McpPool, PoolLog, ToolCall, ToolProgress } from '../types.js';
import type { McpConnection } from './connection-report.js';
import { describeFailure, toMcpaError } from './mcp-failure.js';

export interface McpServersOptions {
  log?: PoolLog;
}

export interface McpServerStatus extends McpConnection {
  transport: 'stdio' | 'streamable_http' | 'sse';
  /** The command line, or the address. */
  target: string;
  session: 'stateless' | 'stateful';
  optional: boolean;
  /** How many of its tools agents may use; once it was reached. */
  tools?: number;
  /** Time to start or reach it and to list its tools. */
  ms?: number;
  /** Why it can't be used. */
  error?: string;
  fix?: string;
}

export interface McpToolCall {
  timeoutMs?: number;
  signal?: AbortSignal;
  onProgress?(progress: ToolProgress): void;
  /** Asks a person what the tool wants to know; without it such a call fails with `MCP_ASKS`. */
  onQuestion?: AskPerson;
}

export interface McpToolResult {
  content: ContentPart[];
  isError?: boolean;
  structuredContent?: JsonObject;
}

/**
 * The MCP servers of a config, without a worker and without an engine: for a look, for scripts, for tests.
 *
 * @example await using servers = openMcpServers(config); await servers.call('filesystem', 'read_text_file', { path });
 */
export function openMcpServers(config: Config, options: McpServersOptions = {}): McpServers {
  return new McpServers(config, options);
}

/** MCP servers of a config, each started or reached when it is first asked for. */
export class McpServers implements AsyncDisposable {
  readonly #pool: McpPool;
  readonly #mask: Mask;
  /** A stateful server gets one session for all calls. */
  readonly #sessions = new Map<string, string>();

  constructor(
    readonly config: Config,
    { log = () => undefined }: McpServersOptions = {},
  ) {
    const inUse = new TokensInUse();
    const mask = maskOf(config, inUse);
    this.#mask = mask;
    this.#pool = createMcpPool({
      servers: withoutModel(config),
      inUse,
      log: (level, message, fields) => log(level, mask(message), fields && maskAll(fields, mask)),
      clientInfo: { name: 'mcpa', version: packageVersion() },
      cacheDir: cacheDirOf(config),
      projectDir: config.projectDir,
    });
  }

  /** Every server of the config; with `connect: false` none is started, and only the config is told. */
  list({
    connect = true,
    signal,
  }: {
    connect?: boolean;
    signal?: AbortSignal;
  } = {}): Promise<McpServerStatus[]> {
    const names = Object.keys(this.config.mcp.servers);
    return Promise.all(names.map((name) => this.#status(name, connect, signal)));
  }

  /** The tools of one server that agents may use, with their schemas. */
  async tools(server: string, signal?: AbortSignal): Promise<ListedTool[]> {
    try {
      const tools = await this.#pool.listServer(server, signal);
      return tools.map(({ repeatable: _, ...tool }) => tool);
    } catch (error) {
      throw toMcpaError(error, this.config, this.#mask);
    }
  }

  /** One call, as an agent's would be made, without asking for approval; a tool's own error is a result with `isError`. */
  async call(
    server: string,
    tool: string,
    args: JsonObject = {},
    { timeoutMs, signal = new AbortController().signal, onProgress, onQuestion }: McpToolCall = {},
  ): Promise<McpToolResult> {
    const config = this.config.mcp.servers[server];
    try {
      // The call's time begins when the server is there.
      if (config?.session === 'stateless') await this.#pool.listServer(server, signal);
      const call: ToolCall = {
        server,
        tool,
        arguments: args,
        idempotencyKey: randomUUID(),
        timeoutMs: timeoutMs ?? toolTimeoutSeconds(config, tool) * 1000,
        signal,
        onProgress: onProgress ?? (() => undefined),
        run: '',
        ...(config?.session === 'stateful' ? { session: this.#session(server) } : {}),
      };
      return await callInRounds(this.#pool, call, onQuestion);
    } catch (error) {
      throw toMcpaError(error, this.config, this.#mask);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }

  #session(server: string) {
    const id = this.#sessions.get(server) ?? randomUUID();
    const run = { workflowId: 'mcpa mcp', firstRunId: id };
    if (this.#sessions.has(server)) return { id, run };
    this.#sessions.set(server, id);
    return { id, run, begin: true as const };
  }

  async #status(name: string, connect: boolean, signal: AbortSignal | undefined): Promise<McpServerStatus> {
    const config = this.config.mcp.servers[name]!;
    const { transport, command, args, url, session, optional } = config;
    // Keys stand among the arguments, or in the address, of many a server.
    const target = this.#mask(url ?? [command, ...args].join(' '));
    const about = { transport, target, session, optional };
    const now = () => this.#pool.report().find((each) => each.server === name) as McpConnection;
    if (!connect) return { ...now(), ...about };
    const started = performance.now();
    try {
      const tools = await this.#pool.listServer(name, signal);
      return { ...now(), ...about, tools: tools.length, ms: Math.round(performance.now() - started) };
    } catch (error) {
      if (signal?.aborted) throw error;
      return { ...now(), state: 'broken', ...about, ...describeFailure(error, this.#mask) };
    }
  }
}

/** No run, no agent, no model: their tools are not told that they could ask one. */
function withoutModel({ mcp }: Config): Config['mcp']['servers'] {
  const servers = Object.entries(mcp.servers);
  return Object.fromEntries(servers.map(([name, server]) => [name, { ...server, sampling: 'off' }]));
}
