import { SimplePlugin } from '@temporalio/plugin';
import { type AgentDefinition, bundledOptions, type Config, packageVersion } from '../config/index.js';
import type { BundledOptions, DefinedAgent } from '../core/index.js';
import { ConversationStore } from './activities/conversation/conversation-store.js';
import { mcpaActivities } from './activities/index.js';
import type { Services } from './activities/services.js';
import { SummaryMemory } from './context/summary-memory.js';
import { dataConverter } from './data-converter.js';
import { createModels } from './llm/index.js';
import { createMcpPool } from './mcp/index.js';
import { refuseOwnNames } from './project-activities/load-activities.js';
import { withHeartbeats } from './project-activities/with-heartbeats.js';

export type Log = (level: 'debug' | 'info' | 'warning' | 'error', message: string, fields?: object) => void;

export interface McpaPluginOptions {
  config: Config;
  /** What the bundle was made with; the config's own by default. */
  options?: BundledOptions;
  cacheDir?: string;
  log?: Log;
}

/**
 * mcpa's activities for a Temporal `Worker` of your own; closes its MCP connections when the worker ends.
 *
 * @example
 * const { config } = await loadConfig({ require: true });
 * const { codePath } = await bundleProject(config);
 * await Worker.create({ plugins: [new McpaPlugin({ config })], workflowBundle: { codePath }, taskQueue: 'mine' });
 */
export class McpaPlugin extends SimplePlugin {
  constructor(options: McpaPluginOptions) {
    const services = createServices(options);
    super({
      name: 'mcpa',
      dataConverter: (given) => ({ ...dataConverter(options.config), ...given }),
      activities: (given: object = {}) => {
        refuseOwnNames(given);
        return { ...withHeartbeats(given, services.heartbeatMs), ...mcpaActivities(services) };
      },
      runContext: async (next: () => Promise<void>) => {
        try {
          await next();
        } finally {
          await services.pool.close();
        }
      },
    });
  }
}

function createServices({
  config,
  options = bundledOptions(config),
  cacheDir,
  log = () => undefined,
}: McpaPluginOptions): Services {
  const defaults = config.agents.max_tokens;
  return {
    models: createModels(config),
    pool: createMcpPool({
      servers: config.mcp.servers,
      log,
      clientInfo: { name: 'mcpa', version: packageVersion() },
      ...(cacheDir === undefined ? {} : { cacheDir }),
    }),
    store: new ConversationStore(config.conversation.cache_mb * 1024 * 1024),
    heartbeatMs: options.heartbeatMs,
    defaultParams: defaults === undefined ? {} : { maxTokens: defaults },
    settings: {
      maxIterations: config.agents.max_iterations,
      parallelToolCalls: config.agents.parallel_tool_calls,
      resultLimit: config.mcp.result_limit_kb * 1024,
      moveAtBytes: config.agents.move_at_kb * 1024,
    },
    agents: config.agents.definitions.map(definedAgent),
    context: {
      policy: config.context.policy,
      keepTurns: config.context.keep_turns,
      summaries: new SummaryMemory(),
      ...(config.context.limit_tokens === undefined ? {} : { limitTokens: config.context.limit_tokens }),
    },
    resultLimit: config.mcp.result_limit_kb * 1024,
    toolTimeoutMs: (server) => (config.mcp.servers[server]?.timeout_seconds ?? 60) * 1_000,
    onProviderAuth: config.on_provider_auth,
    approve: (server) => config.mcp.servers[server]?.approve,
  };
}

function definedAgent(definition: AgentDefinition): DefinedAgent {
  const { name, instruction, server_names: serverNames, model } = definition;
  const { max_iterations: maxIterations, human_input: humanInput } = definition;
  return {
    name,
    instruction,
    serverNames,
    ...(model === undefined ? {} : { model }),
    ...(maxIterations === undefined ? {} : { maxIterations }),
    ...(humanInput === undefined ? {} : { humanInput }),
  };
}
