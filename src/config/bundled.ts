import { type BundledOptions, McpaError, type RetryOptions } from '../core/index.js';
import type { Config, RetryConfig } from './types.js';

const ms = (seconds: number) => Math.round(seconds * 1000);

/** What the workflow bundle carries: only what shapes activity options, and no secret. */
export function bundledOptions(config: Config, options: { ownEngine?: boolean } = {}): BundledOptions {
  const retry: Record<string, RetryOptions> = {};
  for (const [name, server] of Object.entries(config.mcp.servers)) {
    if (server.retry !== undefined) retry[`${name}.*`] = retryOptions(server.retry);
    for (const [tool, { retry: own }] of Object.entries(server.tools ?? {}))
      if (own !== undefined) retry[`${name}.${tool}`] = retryOptions({ ...server.retry, ...own });
  }
  for (const [name, policy] of Object.entries(config.workflow_task_retry_policies)) {
    retry[name] = { ...retry[name], ...retryOptions(policy) };
  }
  return {
    defaultTimeoutMs: ms(config.temporal.timeout_seconds),
    ...(limitsCalls(config) ? { modelTimeoutMs: QUEUED_MS } : {}),
    ...toolTimeouts(config),
    heartbeatMs: ms(config.temporal.heartbeat_seconds ?? (options.ownEngine === true ? 1 : 10)),
    retry,
    ...(encrypts(config) ? { encryptFailures: true as const } : {}),
    ...(config.temporal.compression === undefined ? {} : { compresses: true as const }),
  };
}

/** What goes to the engine is encrypted. */
export function encrypts({ temporal: { encryption } }: Config): boolean {
  return encryption !== undefined && encryption.enabled !== false;
}

/** For calls that workflows make themselves; a model's calls bring theirs along. */
function toolTimeouts({ mcp }: Config): { toolTimeouts?: Record<string, number> } {
  const timeouts: Record<string, number> = {};
  for (const [name, server] of Object.entries(mcp.servers)) {
    if (server.timeout_seconds !== undefined) timeouts[name] = ms(server.timeout_seconds);
    for (const [tool, { timeout_seconds: own }] of Object.entries(server.tools ?? {}))
      if (own !== undefined) timeouts[`${name}.${tool}`] = ms(own);
  }
  return Object.keys(timeouts).length === 0 ? {} : { toolTimeouts: timeouts };
}

/** A model call that waits for its turn: what bounds the call itself begins with its turn. */
const QUEUED_MS = 24 * 3_600_000;

function limitsCalls({ anthropic, openai }: Config): boolean {
  return [anthropic, openai].some(
    (provider) => provider.requests_per_minute !== undefined || provider.tokens_per_minute !== undefined,
  );
}

function retryOptions(policy: RetryConfig): RetryOptions {
  const result: RetryOptions = {};
  if (policy.maximum_attempts !== undefined) result.maximumAttempts = policy.maximum_attempts;
  if (policy.initial_interval !== undefined) result.initialIntervalMs = ms(policy.initial_interval);
  if (policy.maximum_interval !== undefined) result.maximumIntervalMs = ms(policy.maximum_interval);
  if (policy.backoff_coefficient !== undefined) result.backoffCoefficient = policy.backoff_coefficient;
  if (policy.non_retryable_error_types !== undefined) {
    result.nonRetryableErrorTypes = policy.non_retryable_error_types;
  }
  return result;
}

/** mcp-agent's in-process engine loads, and can't run anything here. */
export function requireTemporal(config: Config): void {
  if (config.execution_engine === 'temporal') return;
  throw new McpaError(
    'CONFIG_ENGINE',
    `execution_engine is ${config.execution_engine}; mcpa runs on Temporal only`,
    {
      hint: `set \`execution_engine: temporal\` in ${config.files[0] ?? 'the config file'}`,
    },
  );
}
