import type { McpServerConfig } from '../../config/index.js';
import type { DefinedAgent, RequestParams, RunSettings } from '../../core/index.js';
import type { ContextSettings } from '../context/ask-in-context.js';
import type { ResultFiles } from '../context/result-files.js';
import type { createModels } from '../llm/index.js';
import type { AsksPolicy, SamplingRules } from '../mcp/asks/policy.js';
import type { TokensInUse } from '../mcp/auth/tokens-in-use.js';
import type { RunHeaders } from '../mcp/identity/run-headers.js';
import type { McpPool } from '../mcp/index.js';
import type { ConversationStore } from './conversation/conversation-store.js';

/** What mcpa's activities need of their worker. */
export interface Services {
  models: Pick<ReturnType<typeof createModels>, 'resolve'>;
  pool: McpPool;
  store: ConversationStore;
  heartbeatMs: number;
  defaultParams: RequestParams;
  settings: RunSettings;
  /** The agents of the config. */
  agents: DefinedAgent[];
  toolTimeoutMs(server: string, tool: string): number;
  isStateful(server: string): boolean;
  /** This worker's own, for the sessions that it keeps. */
  sessionQueue: string;
  context: ContextSettings;
  resultFiles: ResultFiles;
  /** The model sees this many characters of a tool's result. */
  resultLimit: number;
  /** For one model call, from its turn on. */
  modelBudgetMs: number;
  /** The config's `on_provider_auth`. */
  onProviderAuth: 'wait' | 'fail';
  /** The same without the config's secrets: what a tool's error repeats of what its server was given. */
  withoutGiven<T>(value: T): T;
  /** How a server's tools may ask people; undefined: not at all. */
  asks(server: string): AsksPolicy | undefined;
  /** How a server's tools may ask the agent's model; undefined: not at all. */
  sampling(server: string): SamplingRules | undefined;
  /** Tokens that were sent to MCP servers, for the masks. */
  inUse: TokensInUse;
  /** What `headers_from` of the config gives for a run. */
  headers: RunHeaders;
  /** The config's `approve` of a server. */
  approve(server: string): McpServerConfig['approve'];
}

export function runSettings(services: Services): RunSettings {
  return services.settings;
}
