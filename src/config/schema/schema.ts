import { z } from 'zod';
import { mcpServer } from './mcp-server.js';
import { choice, count, flag, list, retry, seconds, text, texts } from './parts.js';

const provider = {
  api_key: text('API key'),
  base_url: text('Address of a compatible server'),
  default_model: text('Model used when `model` names none'),
  default_headers: texts('Headers sent with each request'),
  requests_per_minute: count('Most requests a minute of one worker; its runs take turns'),
  tokens_per_minute: count('Most tokens a minute of one worker, by estimate before and by count after'),
};

const price = z.strictObject({
  input: z.number().min(0).describe('US dollars per million input tokens'),
  output: z.number().min(0).describe('US dollars per million output tokens'),
  cache_read: z.number().min(0).describe('Per million tokens read from the cache').optional(),
  cache_write: z.number().min(0).describe('Per million tokens written to the cache').optional(),
});

const model = z
  .string()
  .regex(
    /^(anthropic|openai|scripted)(:.+)?$/,
    'must be `provider:name`, with anthropic, openai or scripted',
  );

const definition = z.strictObject({
  name: z.string().min(1).describe('Name by which workflows fetch the agent'),
  description: text('For people who read the file; no effect'),
  instruction: z.string().describe('System prompt').optional(),
  server_names: list('MCP servers whose tools it may use'),
  model: model.describe('`provider:name` for this agent').optional(),
  max_iterations: count('Most model turns for one request to it'),
  human_input: flag('Its model may ask a person; default false'),
});

const tls = z.strictObject({
  server_name: text("Name expected in the server's certificate"),
  server_ca: text('CA certificate: file or PEM text'),
  client_cert: text('Client certificate (mTLS): file or PEM text'),
  client_key: text('Client key (mTLS): file or PEM text'),
});

const keyFile = z.strictObject({ file: z.string().min(1).describe('File that holds it, mode 0600') });
const encryption = z.strictObject({
  enabled: flag('Encrypt what goes to the engine; default true, false only reads what was encrypted'),
  active_key: text('Id of the key that encrypts; default: the only one'),
  keys: z
    .record(z.string(), z.union([z.string().min(1), keyFile]))
    .describe('Keys by id: 32 bytes in base64 or hexadecimal, or `{ file: … }`; all of them decrypt')
    .optional(),
});

/** What a config or secrets file may hold. Everything is optional: defaults come after the merge. */
export const fileSchema = z.strictObject({
  $schema: text('JSON Schema for the editor; no effect'),
  name: text('For mcp-agent; no effect'),
  description: text('For mcp-agent; no effect'),
  execution_engine: choice(['temporal', 'asyncio'], 'Must be temporal to run anything; default temporal'),
  temporal: z
    .strictObject({
      host: text('Host of the Temporal engine, with or without port; default localhost'),
      port: z.int().min(1).max(65535).describe('Its port; default 7233').optional(),
      namespace: text('Temporal namespace; default default'),
      task_queue: text('Task queue of workers and runs; default mcp-agent'),
      max_concurrent_activities: count('Activity slots of a worker; default 200'),
      max_concurrent_workflows: count('Runs that a worker keeps in memory'),
      max_task_queue_activities_per_second: z
        .number()
        .positive()
        .describe(
          'Most activities of any kind that the engine hands out a second, to all workers of the task queue',
        )
        .optional(),
      tls: z.union([z.boolean(), tls]).describe('true, or details; default: on with an API key').optional(),
      api_key: text('API key of the engine (Temporal Cloud)'),
      rpc_metadata: texts('Headers of each request to the engine'),
      timeout_seconds: seconds('Time budget of an activity; default 600'),
      id_reuse_policy: choice(
        ['allow_duplicate', 'allow_duplicate_failed_only', 'reject_duplicate', 'terminate_if_running'],
        'What a run id that was used before means; default allow_duplicate',
      ),
      heartbeat_seconds: seconds('Heartbeat interval; default 1 on an engine started by mcpa, else 10'),
      encryption: encryption.describe('Encryption of payloads (AES-256-GCM); default off').optional(),
      compression: z
        .strictObject({ over_kb: count('Compress payloads larger than this many kilobytes; default: none') })
        .describe('Compression of payloads (zlib), below the encryption')
        .optional(),
    })
    .describe('Connection to Temporal and limits of the worker')
    .optional(),
  workflow_task_retry_policies: z
    .record(z.string(), retry)
    .describe('Retry policy by activity or tool name; exact before `prefix*` before `*`')
    .optional(),
  workflows: list('Workflow files or globs; default workflows.{ts,mts,js,mjs} and workflows/**'),
  activities: list('Activity files or globs; default activities.{ts,mts,js,mjs}'),
  mcp: z
    .strictObject({
      servers: z.record(z.string(), mcpServer).describe('MCP servers by name').optional(),
      result_limit_kb: count(
        'Thousands of characters (1,024) of a tool result that the model sees; the rest it reads with read_result; default 64',
      ),
    })
    .describe('MCP servers')
    .optional(),
  model: model.describe('`provider:name`; default: the first provider that is configured').optional(),
  anthropic: z.strictObject(provider).describe('Anthropic').optional(),
  openai: z
    .strictObject({
      ...provider,
      api: choice(
        ['responses', 'chat'],
        'API that `base_url` speaks; default responses at OpenAI, chat elsewhere',
      ),
      reasoning_effort: choice(['none', 'low', 'medium', 'high'], 'Effort of reasoning models'),
    })
    .describe('OpenAI and compatible servers')
    .optional(),
  scripted: z
    .strictObject({ script: text('Script file that stands in for a model') })
    .describe('A model that follows a script')
    .optional(),
  on_provider_auth: choice(
    ['wait', 'fail'],
    'What a run does when its provider refuses the key or wants money, or an MCP server its login: wait for `mcpa resume`, or fail; default wait',
  ),
  prices: z
    .record(z.string(), price)
    .describe('Prices by `provider:name`, US dollars per million tokens')
    .optional(),
  agents: z
    .strictObject({
      definitions: z
        .array(definition)
        .describe('Agents that workflows fetch with Agent.fromConfig')
        .optional(),
      enabled: flag('Read agents from files; default true'),
      search_paths: list(
        'Folders, files or globs of agent files (YAML, JSON, Markdown), the first wins; default .claude/agents and .mcp-agent/agents',
      ),
      max_iterations: count('Most model turns for one request; default 50'),
      parallel_tool_calls: flag('Tool calls of one turn run side by side; default true'),
      move_at_kb: count(
        'Kilobytes of history from which on an agent moves to a run of its own; default 3072',
        16,
      ),
      max_tokens: count('Most tokens in one answer'),
    })
    .describe('Agents and their limits')
    .optional(),
  conversation: z
    .strictObject({
      cache_mb: count(
        "Megabytes of conversations that a worker keeps in memory; what doesn't fit is read back from its run; default 64",
      ),
    })
    .describe('Conversations of agents')
    .optional(),
  context: z
    .strictObject({
      policy: choice(
        ['none', 'truncate_tools', 'summarize'],
        "What happens when a conversation outgrows its model's context; default truncate_tools",
      ),
      limit_tokens: count('Most tokens of a request; default: what is known of the model', 100),
      keep_turns: count('Turns at the end that stay as they are, where that is enough; default 4'),
    })
    .describe('What the model sees of a long conversation')
    .optional(),
  engine: z
    .strictObject({ path: text('The `temporal` program for the local engine') })
    .describe('Local engine')
    .optional(),
  logger: z
    .strictObject({
      level: choice(['debug', 'info', 'warning', 'error'], 'Least severe level shown; default info'),
      format: choice(['pretty', 'json'], 'Form of the lines; default pretty'),
      path: text('File that gets the lines too'),
    })
    .describe('Logging')
    .optional(),
  worker: z
    .strictObject({
      deployment: z
        .strictObject({
          name: text('Name of the deployment, which turns it on; default: off'),
          build_id: text('Of this version, for example a commit; default: the hash of the bundle'),
        })
        .describe("Temporal's worker versions: a run stays on the version that it began on")
        .optional(),
    })
    .describe('Workers of production')
    .optional(),
  otel: z
    .strictObject({
      enabled: flag("Send the worker's metrics by OTLP; default false"),
      endpoint: text('OTLP endpoint: HTTP, or gRPC with grpc:// or port 4317; default http://localhost:4318'),
      headers: texts('Headers for the endpoint'),
      service_name: text('Tag service_name of each metric; default mcpa'),
    })
    .describe('OpenTelemetry')
    .optional(),
});

export type FileConfig = z.infer<typeof fileSchema>;
