import { join } from 'node:path';
import { SimplePlugin } from '@temporalio/plugin';
import type { Worker, WorkerOptions } from '@temporalio/worker';
import {
  type AgentDefinition,
  bundledOptions,
  type Config,
  maskAll,
  packageVersion,
} from '../config/index.js';
import type { BundledOptions, DefinedAgent } from '../core/index.js';
import { ConversationStore } from './activities/conversation/conversation-store.js';
import { mcpaActivities } from './activities/index.js';
import type { Services } from './activities/services.js';
import { maskOf, withoutGiven, withoutSecrets } from './activities/without-secrets.js';
import { ResultFiles } from './context/result-files.js';
import { SummaryMemory } from './context/summary-memory.js';
import { dataConverter } from './data-converter.js';
import { createModels } from './llm/index.js';
import { asksOf, samplingOf } from './mcp/asks/policy.js';
import { TokensInUse } from './mcp/auth/tokens-in-use.js';
import { toolTimeoutSeconds } from './mcp/catalog.js';
import { RunHeaders } from './mcp/identity/run-headers.js';
import { createMcpPool } from './mcp/index.js';
import { announceConnections } from './mcp/look/announce-connections.js';
import { refuseOwnNames } from './project-activities/load-activities.js';
import { withHeartbeats } from './project-activities/with-heartbeats.js';
import { runIsOpen, runWithSessions, sessionQueueOf } from './session-worker.js';

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
  readonly #services: Services;
  readonly #config: Config;
  #given: WorkerOptions | undefined;

  constructor(options: McpaPluginOptions) {
    const services = createServices(options);
    const { config } = options;
    super({
      name: 'mcpa',
      dataConverter: (given) => ({ ...dataConverter(config), ...given }),
      activities: (given: object = {}) => {
        refuseOwnNames(given);
        services.headers.use(given);
        return withoutSecrets(
          { ...withHeartbeats(given, services.heartbeatMs), ...mcpaActivities(services) },
          config,
          services.inUse,
        );
      },
      runContext: async (next: () => Promise<void>) => {
        // A project that can't be written to has no `mcpa mcp ps`, and works all the same.
        const announced = hasServers(config)
          ? announceConnections(config.projectDir, () => services.pool.report())
          : undefined;
        try {
          await Promise.all([next(), announced?.catch(() => undefined)]);
        } finally {
          await announced?.then((each) => each[Symbol.asyncDispose]()).catch(() => undefined);
          await services.pool.close();
        }
      },
    });
    this.#services = services;
    this.#config = config;
  }

  override configureWorker(options: WorkerOptions): WorkerOptions {
    this.#given = super.configureWorker(options);
    this.#services.sessionQueue = sessionQueueOf(options.taskQueue ?? '');
    return this.#given;
  }

  override runWorker(worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const given = this.#given;
    if (!keepsSessions(this.#config) || given === undefined) return super.runWorker(worker, next);
    const { pool, sessionQueue } = this.#services;
    if (given.connection !== undefined)
      pool.sessions.isOpen = runIsOpen(given.connection, given.namespace ?? 'default');
    const activities = withoutSecrets(mcpaActivities(this.#services), this.#config, this.#services.inUse);
    return super.runWorker(worker, () =>
      runWithSessions(worker, () => next(worker), given, sessionQueue, activities),
    );
  }
}

function hasServers({ mcp }: Config): boolean {
  return Object.keys(mcp.servers).length > 0;
}

function keepsSessions({ mcp }: Config): boolean {
  return Object.values(mcp.servers).some(({ session }) => session === 'stateful');
}

function createServices({
  config,
  options = bundledOptions(config),
  cacheDir,
  log = () => undefined,
}: McpaPluginOptions): Services {
  const defaults = config.agents.max_tokens;
  const inUse = new TokensInUse();
  const mask = maskOf(config, inUse);
  const headers = new RunHeaders(config, inUse);
  return {
    models: createModels(config),
    pool: createMcpPool({
      servers: config.mcp.servers,
      inUse,
      headersFor: headers.of,
      log: (level, message, fields) => log(level, mask(message), fields && maskAll(fields, mask)),
      clientInfo: { name: 'mcpa', version: packageVersion() },
      projectDir: config.projectDir,
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
    toolTimeoutMs: (server, tool) => toolTimeoutSeconds(config.mcp.servers[server], tool) * 1_000,
    isStateful: (server) => config.mcp.servers[server]?.session === 'stateful',
    sessionQueue: '',
    resultFiles: new ResultFiles(join(config.projectDir, '.mcpa', 'results')),
    modelBudgetMs: modelBudgetMs(options),
    onProviderAuth: config.on_provider_auth,
    withoutGiven: withoutGiven(config, inUse),
    inUse,
    headers,
    approve: (server) => config.mcp.servers[server]?.approve,
    asks: (server) => config.mcp.servers[server] && asksOf(config.mcp.servers[server]),
    sampling: (server) => config.mcp.servers[server] && samplingOf(config.mcp.servers[server]),
  };
}

/** Ends before its activity does, so that a slow answer has an error of its own. */
function modelBudgetMs({ defaultTimeoutMs, modelTimeoutMs }: BundledOptions): number {
  return modelTimeoutMs === undefined ? Math.round(defaultTimeoutMs * 0.95) : defaultTimeoutMs;
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
