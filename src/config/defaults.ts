import { isAbsolute, resolve } from 'node:path';
import type { FileConfig } from './schema/schema.js';
import { fileIn } from './sources/environment.js';
import type { Config, McpServerConfig } from './types.js';

type Temporal = NonNullable<FileConfig['temporal']> & { address?: string };
/** The merge of all layers: a file's shape, with the address already made from host and port. */
export type MergedConfig = Omit<FileConfig, 'temporal'> & { temporal?: Temporal };

/** Looked for, not asked for: without them a worker has no activities of the project. */
export const DEFAULT_ACTIVITIES = ['activities.ts', 'activities.mts', 'activities.js', 'activities.mjs'];
/** The time of an activity. */
export const DEFAULT_TIMEOUT_SECONDS = 600;
export const DEFAULT_SEARCH_PATHS = ['.claude/agents', '.mcp-agent/agents'];

export function complete(merged: MergedConfig, projectDir: string, files: string[]): Config {
  const { temporal = {}, agents = {} } = merged;
  const inProject = (path: string) => resolve(projectDir, path);
  const { host: _host, port: _port, address, tls, ...connection } = temporal;
  const config: Config = {
    projectDir,
    files,
    execution_engine: merged.execution_engine ?? 'temporal',
    temporal: {
      ...connection,
      address: address ?? 'localhost:7233',
      namespace: temporal.namespace ?? 'default',
      task_queue: temporal.task_queue ?? 'mcp-agent',
      max_concurrent_activities: temporal.max_concurrent_activities ?? 200,
      rpc_metadata: temporal.rpc_metadata ?? {},
      timeout_seconds: temporal.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS,
      id_reuse_policy: temporal.id_reuse_policy ?? 'allow_duplicate',
    },
    workflow_task_retry_policies: merged.workflow_task_retry_policies ?? {},
    workflows: merged.workflows ?? [
      'workflows.ts',
      'workflows.mts',
      'workflows.js',
      'workflows.mjs',
      'workflows/**/*.{ts,mts,js,mjs}',
    ],
    activities: merged.activities ?? DEFAULT_ACTIVITIES,
    mcp: { servers: {}, result_limit_kb: merged.mcp?.result_limit_kb ?? 64 },
    anthropic: merged.anthropic ?? {},
    openai: merged.openai ?? {},
    scripted: merged.scripted?.script === undefined ? {} : { script: inProject(merged.scripted.script) },
    on_provider_auth: merged.on_provider_auth ?? 'wait',
    prices: merged.prices ?? {},
    agents: {
      ...agents,
      definitions: (agents.definitions ?? []).map((agent) => ({
        ...agent,
        instruction: agent.instruction ?? 'You are a helpful agent.',
        server_names: agent.server_names ?? [],
      })),
      enabled: agents.enabled ?? true,
      search_paths: agents.search_paths ?? DEFAULT_SEARCH_PATHS,
      max_iterations: agents.max_iterations ?? 50,
      parallel_tool_calls: agents.parallel_tool_calls ?? true,
      move_at_kb: agents.move_at_kb ?? 3_072,
    },
    context: {
      ...merged.context,
      policy: merged.context?.policy ?? 'truncate_tools',
      keep_turns: merged.context?.keep_turns ?? 4,
    },
    conversation: { cache_mb: merged.conversation?.cache_mb ?? 64 },
    engine: {},
    logger: {
      ...merged.logger,
      level: merged.logger?.level ?? 'info',
      format: merged.logger?.format ?? 'pretty',
    },
    worker: {},
    otel: { ...merged.otel, enabled: merged.otel?.enabled ?? false },
  };
  if (tls !== undefined) config.temporal.tls = tlsIn(projectDir, tls);
  const { name, build_id } = merged.worker?.deployment ?? {};
  if (name !== undefined) config.worker.deployment = { name, ...(build_id !== undefined && { build_id }) };
  if (merged.model !== undefined) config.model = merged.model;
  if (config.logger.path !== undefined) config.logger.path = inProject(config.logger.path);
  const program = merged.engine?.path;
  // A program named without a slash is looked up on the PATH.
  if (program !== undefined) config.engine.path = /[\\/]/.test(program) ? inProject(program) : program;
  for (const [name, server] of Object.entries(merged.mcp?.servers ?? {})) {
    config.mcp.servers[name] = completeServer(server, projectDir);
  }
  return config;
}

type FileServer = NonNullable<NonNullable<FileConfig['mcp']>['servers']>[string];

function completeServer(server: FileServer, projectDir: string): McpServerConfig {
  const { read_timeout_seconds, http_timeout_seconds, ...rest } = server;
  const timeout = server.timeout_seconds ?? read_timeout_seconds;
  const connect = server.connect_timeout_seconds ?? http_timeout_seconds;
  return {
    ...rest,
    transport: server.transport ?? (server.url === undefined ? 'stdio' : 'streamable_http'),
    args: server.args ?? [],
    env: server.env ?? {},
    cwd:
      server.cwd === undefined
        ? projectDir
        : isAbsolute(server.cwd)
          ? server.cwd
          : resolve(projectDir, server.cwd),
    headers: server.headers ?? {},
    session: server.session ?? 'stateless',
    protocol: server.protocol ?? 'auto',
    optional: server.optional ?? false,
    roots: server.roots ?? [],
    ...(timeout === undefined ? {} : { timeout_seconds: timeout }),
    ...(connect === undefined ? {} : { connect_timeout_seconds: connect }),
  };
}

function tlsIn(projectDir: string, tls: NonNullable<Config['temporal']['tls']>): Config['temporal']['tls'] {
  if (typeof tls === 'boolean') return tls;
  const result = { ...tls };
  for (const key of ['server_ca', 'client_cert', 'client_key'] as const) {
    if (result[key] !== undefined) result[key] = fileIn(projectDir, result[key]);
  }
  return result;
}
