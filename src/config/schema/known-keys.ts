/** Keys that mcp-agent knows and mcpa deliberately doesn't support, with what to do; `*` stands for one key. */
export const UNSUPPORTED: ReadonlyArray<readonly [pattern: string, advice: string]> = [
  ['usage_telemetry', 'mcpa sends no telemetry; remove it'],
  ['authorization', 'mcpa is no OAuth resource server; remove it'],
  ['oauth', 'log in with `mcpa mcp login <name>`; mcp.servers.<name>.auth.oauth says how'],
  ['env', 'use ${VAR} where a value is needed'],
  ['workflow_task_modules', 'list activity files under `activities`'],
  ['temporal.workflow_task_modules', 'list activity files under `activities`'],
  ['bedrock', 'use anthropic or openai'],
  ['google', 'use anthropic or openai, or an OpenAI-compatible openai.base_url'],
  ['azure', 'use openai with openai.base_url'],
  ['cohere', 'use anthropic or openai'],
  ['lm_studio', 'use openai with openai.base_url: http://localhost:1234/v1'],
  ['anthropic.provider', 'only Anthropic’s own API is supported; anthropic.base_url chooses another address'],
  ...['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_region', 'profile'].map(
    (key) => [`anthropic.${key}`, 'Anthropic on Bedrock is not supported; use anthropic.api_key'] as const,
  ),
  ['anthropic.project', 'Anthropic on Vertex is not supported; use anthropic.api_key'],
  ['anthropic.location', 'Anthropic on Vertex is not supported; use anthropic.api_key'],
  ['openai.user', 'remove it'],
  ['mcp.servers.*.auth.api_key', 'give it with `headers`, for example Authorization: Bearer ${TOKEN}'],
  ...['access_token', 'refresh_token', 'expires_at', 'token_type'].map(
    (key) =>
      [
        `mcp.servers.*.auth.oauth.${key}`,
        '`mcpa mcp login <name>` keeps tokens outside of the project',
      ] as const,
  ),
  ...['resource', 'include_resource_parameter', 'require_pkce', 'enabled', 'use_internal_callback'].map(
    (key) => [`mcp.servers.*.auth.oauth.${key}`, 'mcpa does as the specification says; remove it'] as const,
  ),
  ...['extra_authorize_params', 'extra_token_params'].map(
    (key) => [`mcp.servers.*.auth.oauth.${key}`, 'not supported; remove it'] as const,
  ),
  ['mcp.servers.*.auth.oauth.redirect_uri_options', 'set callback_port instead'],
  ['mcp.servers.*.terminate_on_close', 'mcpa always ends its sessions; remove it'],
  ['mcp.servers.*.name', 'the key under mcp.servers is the name; remove it'],
  ['agents.pattern', 'write globs in agents.search_paths'],
  ['agents.definitions.*.connection_persistence', 'set mcp.servers.<name>.session instead'],
  ['agents.definitions.*.functions', 'give it tools in the workflow: Agent.fromConfig(name, { tools })'],
  ['agents.definitions.*.tools', 'name its MCP servers in server_names'],
  ['agents.definitions.*.human_input_callback', 'set human_input: true'],
  ...['type', 'transports', 'progress_display', 'path_settings'].map(
    (key) => [`logger.${key}`, 'mcpa logs to the console, and to logger.path when it is set'] as const,
  ),
  ...['batch_size', 'flush_interval', 'max_queue_size', 'http_endpoint', 'http_headers', 'http_timeout'].map(
    (key) => [`logger.${key}`, 'mcpa logs to the console, and to logger.path when it is set'] as const,
  ),
  ...['exporters', 'otlp_settings', 'path', 'path_settings'].map(
    (key) => [`otel.${key}`, 'set otel.endpoint and otel.headers'] as const,
  ),
  ...['service_instance_id', 'service_version', 'sample_rate'].map(
    (key) => [`otel.${key}`, 'mcpa sends metrics with otel.service_name alone; remove it'] as const,
  ),
];

/** Keys that documentation elsewhere shows, where spelling distance wouldn't find the real one. */
export const RENAMED: Readonly<Record<string, string>> = {
  'temporal.address': 'temporal.host',
  'temporal.server_url': 'temporal.host',
  'temporal.target_host': 'temporal.host',
  'temporal.queue': 'temporal.task_queue',
  'temporal.tls.client_cert_path': 'temporal.tls.client_cert',
  'temporal.tls.client_key_path': 'temporal.tls.client_key',
  'temporal.tls.client_private_key_path': 'temporal.tls.client_key',
  'temporal.tls.server_root_ca_cert_path': 'temporal.tls.server_ca',
  mcpServers: 'mcp.servers',
  mcp_servers: 'mcp.servers',
  servers: 'mcp.servers',
  task_queue: 'temporal.task_queue',
  host: 'temporal.host',
  default_model: 'model',
};

const MATCHERS = UNSUPPORTED.map(([pattern, advice]) => ({ parts: pattern.split('.'), advice }));

export function unsupportedAdvice(path: readonly string[]): string | undefined {
  return MATCHERS.find(
    ({ parts }) => parts.length === path.length && parts.every((part, i) => part === '*' || part === path[i]),
  )?.advice;
}
