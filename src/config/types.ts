/** Retry policy as in the file; times in seconds. */
export interface RetryConfig {
  maximum_attempts?: number;
  initial_interval?: number;
  maximum_interval?: number;
  backoff_coefficient?: number;
  non_retryable_error_types?: string[];
}

/** `unannotated`: calls of tools that their server doesn't mark as harmless. */
export type ApprovePolicy = 'always' | 'never' | 'unannotated';
export interface ApproveConfig {
  default?: ApprovePolicy;
  tools?: Record<string, ApprovePolicy>;
  timeout_seconds?: number;
  on_timeout?: 'refuse' | 'approve';
}

/** `off`: the server is not told that anybody could be asked. */
export type ElicitationPolicy = 'off' | 'ask';
export interface ElicitationConfig {
  policy?: ElicitationPolicy;
  timeout_seconds?: number;
  max_rounds?: number;
}

/** `off`: the server is not told that a model could answer. */
export type SamplingPolicy = 'off' | 'ask' | 'auto';
export interface SamplingConfig {
  policy?: SamplingPolicy;
  timeout_seconds?: number;
  max_tokens?: number;
  max_requests?: number;
}

export type TasksPolicy = 'off' | 'follow';
export interface TasksConfig {
  policy?: TasksPolicy;
  timeout_seconds?: number;
}

/** What holds for one tool of a server. */
export interface McpToolConfig {
  timeout_seconds?: number;
  retry?: RetryConfig;
  repeatable?: boolean;
}

/** `client_credentials`: the program's own login, without a person. */
export type OAuthGrant = 'authorization_code' | 'client_credentials';
export interface OAuthConfig {
  grant?: OAuthGrant;
  client_id?: string;
  client_secret?: string;
  client_metadata_url?: string;
  scopes?: string[];
  /** The only issuer that a login may come from. */
  authorization_server?: string;
  callback_port?: number;
}

export interface McpServerConfig {
  transport: 'stdio' | 'streamable_http' | 'sse';
  command?: string;
  args: string[];
  env: Record<string, string>;
  /** Absolute; the project folder by default. */
  cwd: string;
  url?: string;
  headers: Record<string, string>;
  auth?: { oauth?: OAuthConfig };
  /** Activity of the project that gives the headers of one run. */
  headers_from?: string;
  allowed_tools?: string[];
  /** Seconds for one tool call. */
  timeout_seconds?: number;
  /** Seconds to start and to connect. */
  connect_timeout_seconds?: number;
  session: 'stateless' | 'stateful';
  /** Seconds after which a session that its run doesn't use is closed. */
  session_idle_seconds?: number;
  tools?: Record<string, McpToolConfig>;
  protocol: 'auto' | '2025' | '2026';
  optional: boolean;
  retry?: RetryConfig;
  approve?: ApprovePolicy | ApproveConfig;
  elicitation?: ElicitationPolicy | ElicitationConfig;
  sampling?: SamplingPolicy | SamplingConfig;
  tasks?: TasksPolicy | TasksConfig;
  roots: Array<{ uri: string; name?: string; server_uri_alias?: string }>;
  description?: string;
}

export interface ProviderConfig {
  api_key?: string;
  base_url?: string;
  default_model?: string;
  default_headers?: Record<string, string>;
  /** What this worker's runs may send together. */
  requests_per_minute?: number;
  tokens_per_minute?: number;
  /** OpenAI only: which API a server at `base_url` speaks; `responses` for OpenAI itself, `chat` elsewhere. */
  api?: 'responses' | 'chat';
  reasoning_effort?: 'none' | 'low' | 'medium' | 'high';
}

/** US dollars per million tokens. */
export interface PriceConfig {
  input: number;
  output: number;
  cache_read?: number;
  cache_write?: number;
}

export interface AgentDefinition {
  name: string;
  description?: string;
  instruction: string;
  server_names: string[];
  model?: string;
  max_iterations?: number;
  human_input?: boolean;
}

/** The whole configuration after merging, interpolation and defaults; keys are those of the file. */
export interface Config {
  /** Folder of the config file: the project. Relative paths of the file start here. */
  projectDir: string;
  /** The config files read, first the main one; empty when none was found. */
  files: string[];
  execution_engine: 'temporal' | 'asyncio';
  temporal: {
    /** host:port */
    address: string;
    namespace: string;
    task_queue: string;
    max_concurrent_activities: number;
    max_concurrent_workflows?: number;
    max_task_queue_activities_per_second?: number;
    tls?: boolean | { server_name?: string; server_ca?: string; client_cert?: string; client_key?: string };
    api_key?: string;
    rpc_metadata: Record<string, string>;
    timeout_seconds: number;
    id_reuse_policy:
      | 'allow_duplicate'
      | 'allow_duplicate_failed_only'
      | 'reject_duplicate'
      | 'terminate_if_running';
    /** Absent: 1 on an engine that mcpa started, 10 elsewhere. */
    heartbeat_seconds?: number;
    encryption?: {
      enabled?: boolean;
      active_key?: string;
      /** By id: the key itself, or the file that holds it. */
      keys?: Record<string, string | { file: string }>;
    };
    compression?: { over_kb?: number };
  };
  workflow_task_retry_policies: Record<string, RetryConfig>;
  /** Globs or files, relative to the project. */
  workflows: string[];
  activities: string[];
  mcp: { servers: Record<string, McpServerConfig>; result_limit_kb: number };
  /** `provider:name`; absent: the first provider that is configured. */
  model?: string;
  anthropic: ProviderConfig;
  openai: ProviderConfig;
  scripted: { script?: string };
  /** What a refused key, or a lack of money, means for a run. */
  on_provider_auth: 'wait' | 'fail';
  prices: Record<string, PriceConfig>;
  agents: {
    /** Those of the config first, then those of files. */
    definitions: AgentDefinition[];
    enabled: boolean;
    /** Folders, files or globs, relative to the project. */
    search_paths: string[];
    max_iterations: number;
    parallel_tool_calls: boolean;
    move_at_kb: number;
    max_tokens?: number;
  };
  conversation: { cache_mb: number };
  context: {
    policy: 'none' | 'truncate_tools' | 'summarize';
    /** Absent: what is known of the model, else what the provider refuses. */
    limit_tokens?: number;
    keep_turns: number;
  };
  engine: { path?: string };
  logger: { level: 'debug' | 'info' | 'warning' | 'error'; format: 'pretty' | 'json'; path?: string };
  /** Absent: workers without versions. */
  worker: { deployment?: { name: string; build_id?: string } };
  otel: { enabled: boolean; endpoint?: string; headers?: Record<string, string>; service_name?: string };
}
