import type { McpServerConfig } from '../../config/types.js';
import type {
  ContentPart,
  GetPromptOutput,
  JsonObject,
  JsonSchema,
  ReadResourceOutput,
  SampledMessage,
  SessionRef,
  ToolAnswer,
  ToolAsks,
  ToolQuestion,
  ToolTask,
} from '../../core/index.js';
import type { TokensInUse } from './auth/tokens-in-use.js';
import type { McpConnection } from './look/connection-report.js';
import type { ServerSessions } from './session/server-sessions.js';
import type { TaskCall } from './tasks/task-requests.js';
import type { TaskState } from './tasks/task-state.js';

export interface CatalogTool {
  server: string;
  name: string;
  description?: string;
  inputSchema: JsonSchema;
  annotations?: {
    readOnlyHint?: boolean;
    idempotentHint?: boolean;
    destructiveHint?: boolean;
    title?: string;
  };
  /** `readOnlyHint` or `idempotentHint`: safe to repeat after the request was sent. */
  repeatable: boolean;
}

export interface Catalog {
  tools: CatalogTool[];
  /** Changes when a name, a description or a schema does. */
  digest: string;
  /** Optional servers that are down. */
  missing: string[];
}

export interface ToolProgress {
  /** Absent: the server has only words. */
  progress?: number;
  total?: number;
  message?: string;
}

export interface ToolCall {
  server: string;
  tool: string;
  arguments: JsonObject;
  idempotencyKey: string;
  timeoutMs: number;
  /** For a stateful server. */
  session?: SessionRef;
  /** Answers of the round before, and the server's state. */
  asks?: { responses?: JsonObject; state?: string };
  /** Whose call it is: a question that comes meanwhile is asked there. */
  run?: string;
  onQuestion?(question: ToolQuestion, signal: AbortSignal): Promise<ToolAnswer>;
  /** The same, for what the agent's model is asked. */
  onSampling?(params: unknown, signal: AbortSignal): Promise<SampledMessage>;
  signal: AbortSignal;
  onProgress(progress: ToolProgress): void;
}

export interface ToolResult {
  content: ContentPart[];
  isError?: boolean;
  structuredContent?: JsonObject;
  /** No result yet: what the tool wants to know first. */
  asks?: ToolAsks;
  /** No result yet: the server goes on with the call as a task. */
  task?: ToolTask;
}

export type PoolLog = (
  level: 'debug' | 'info' | 'warning' | 'error',
  message: string,
  fields?: object,
) => void;

export type Headers = Record<string, string>;
export type HeadersFor = (server: string, again: boolean) => Promise<Headers>;

export interface McpPoolOptions {
  servers: Record<string, McpServerConfig>;
  log: PoolLog;
  /** Folder for the protocol verdicts; absent: each worker probes once for itself. */
  cacheDir?: string;
  clientInfo: { name: string; version: string };
  /** Its node_modules/.bin is searched after the server's own cwd; the process's folder by default. */
  projectDir?: string;
  /** Gives the headers of the run that asks, for servers with `headers_from`; `again`: the last ones were refused. */
  headersFor?: HeadersFor;
  /** Gets every token that is sent. */
  inUse?: TokensInUse;
  /** Milliseconds until an unused connection is closed; 5 minutes by default. */
  idleMs?: number;
  /** Milliseconds of rest after which a connection is asked for a sign of life; 30 s by default. */
  restMs?: number;
}

/** The worker's MCP connections: at most one per server, started on demand and shared by all calls. */
export interface McpPool extends AsyncDisposable {
  catalog(serverNames: string[], signal?: AbortSignal): Promise<Catalog>;
  /** One server's tools; it fails where the server is down, optional or not. */
  listServer(name: string, signal?: AbortSignal): Promise<CatalogTool[]>;
  callTool(input: ToolCall): Promise<ToolResult>;
  /** Where a call's task is; its answers are sent first. */
  getTask(call: TaskCall): Promise<TaskState>;
  updateTask(call: TaskCall): Promise<void>;
  cancelTask(call: TaskCall): Promise<void>;
  readResource(
    uri: string,
    serverNames: string[],
    signal: AbortSignal,
    session?: SessionRef,
  ): Promise<ReadResourceOutput>;
  getPrompt(
    name: string,
    args: Record<string, string>,
    serverNames: string[],
    signal: AbortSignal,
    session?: SessionRef,
  ): Promise<GetPromptOutput>;
  /** Each server with its connection, and each session. */
  report(): McpConnection[];
  /** Sessions of runs; the worker tells it which runs are open. */
  readonly sessions: ServerSessions;
  close(): Promise<void>;
}
