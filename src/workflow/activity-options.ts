import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import type { BundledOptions, RetryOptions } from '../core/index.js';
import { runState } from './run-state.js';

/** Called by the bundle's generated module before the workflow starts. */
export function configureActivities(options: BundledOptions): void {
  runState.options = options;
}

/** The policy of the most specific pattern: exact, then the longest `prefix*`, then `*`. */
export function retryFor(names: string[], table: Record<string, RetryOptions>): RetryOptions | undefined {
  for (const name of names) if (table[name] !== undefined) return table[name];
  const prefixes = Object.keys(table)
    .filter((key) => key.endsWith('*') && names.some((name) => name.startsWith(key.slice(0, -1))))
    .sort((a, b) => b.length - a.length);
  return prefixes[0] === undefined ? undefined : table[prefixes[0]];
}

export interface CallOptions {
  names: string[];
  summary: string;
  timeoutMs?: number;
  taskQueue?: string;
  /** Of each attempt; absent: it waits for a worker as long as it takes. */
  scheduleToStartMs?: number;
  retry?: RetryOptions;
  /** One attempt, whatever a policy of the config says: a repeat could double the effect. */
  once?: boolean;
  /** Its attempts are looks at what goes on elsewhere: they end by themselves, and no policy limits them. */
  polls?: boolean;
}

/** After a worker was lost; else each look says when the next one is due. */
const POLLING: RetryOptions = { initialIntervalMs: 1_000, backoffCoefficient: 1 };

/** Timeouts that nest: an attempt, then silence of three heartbeats. */
export function optionsFor(call: CallOptions): ActivityOptions {
  const { options } = runState;
  const policy = call.polls ? POLLING : { ...call.retry, ...retryFor(call.names, options.retry) };
  const retry = call.once ? { ...policy, maximumAttempts: 1 } : policy;
  return {
    startToCloseTimeout: call.timeoutMs ?? options.defaultTimeoutMs,
    heartbeatTimeout: Math.max(10_000, 3 * options.heartbeatMs),
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: toPolicy(retry),
    summary: call.summary,
    ...(call.taskQueue === undefined ? {} : { taskQueue: call.taskQueue }),
    ...(call.scheduleToStartMs === undefined ? {} : { scheduleToStartTimeout: call.scheduleToStartMs }),
  };
}

const LONGEST_PAUSE_MS = 60_000;

function toPolicy(retry: RetryOptions): NonNullable<ActivityOptions['retry']> {
  const initialInterval = retry.initialIntervalMs ?? Math.min(1_000, retry.maximumIntervalMs ?? 1_000);
  const policy: NonNullable<ActivityOptions['retry']> = {
    initialInterval,
    backoffCoefficient: retry.backoffCoefficient ?? 2,
    // Neither of the two may contradict the other: Temporal refuses such a policy, and the run fails.
    maximumInterval: Math.max(initialInterval, retry.maximumIntervalMs ?? LONGEST_PAUSE_MS),
  };
  // 0 is "no limit" in a config, and in Temporal's SDK the want of a number is.
  if (retry.maximumAttempts) policy.maximumAttempts = retry.maximumAttempts;
  if (retry.nonRetryableErrorTypes !== undefined)
    policy.nonRetryableErrorTypes = retry.nonRetryableErrorTypes;
  return policy;
}
