import { type Config, otlpMetrics } from '../config/index.js';
import { McpaError } from '../core/index.js';
import type { CreateWorkerOptions } from './create-worker.js';

type Sdk = typeof import('@temporalio/worker');

let installed = false;

/** Once per process: a second worker shares the runtime of the first. */
export function installRuntime(sdk: Sdk, options: CreateWorkerOptions, config: Config): void {
  if (installed) return;
  const { log, metricsAddress } = options;
  const otlp = otlpMetrics(config);
  // The SDK has one exporter for all.
  if (otlp && metricsAddress !== undefined)
    options.onWarning?.('metrics are served on --metrics-port, and so not sent to otel.endpoint');
  const metrics = metricsAddress === undefined ? otlp : { prometheus: { bindAddress: metricsAddress } };
  try {
    sdk.Runtime.install({
      ...(options.signals === false ? { shutdownSignals: [] } : {}),
      ...(log === undefined
        ? {}
        : {
            logger: new sdk.DefaultLogger('WARN', (entry) => {
              if (!isNoNews(entry)) log(levelOf(entry.level), messageOf(entry), entry.meta);
            }),
          }),
      telemetryOptions: {
        logging: { filter: sdk.makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
        ...(metrics === undefined ? {} : { metrics }),
      },
    });
  } catch (error) {
    if (!/prometheus/i.test((error as Error).message)) throw error;
    throw new McpaError('PORT_IN_USE', `metrics can't be served at ${metricsAddress}: it is in use`, {
      hint: 'choose another --metrics-port, or stop what listens there',
      cause: error,
    });
  }
  installed = true;
}

interface Entry {
  message: string;
  meta?: {
    error?: unknown;
    workflowType?: unknown;
    workflowId?: unknown;
    activityType?: unknown;
    attempt?: unknown;
  };
}

function isNoNews({ message, meta }: Entry): boolean {
  // Of activities that don't end with their worker, the worker tells in its own words.
  if ((meta?.error as Error | undefined)?.name === 'GracefulShutdownPeriodExpiredError') return true;
  // The worker of stateful MCP sessions has none on purpose.
  return message.startsWith('No workflows registered');
}

/** The SDK's own line names neither the run's workflow nor what went wrong. */
function messageOf({ message, meta }: Entry): string {
  const { error, workflowType, workflowId, activityType, attempt } = meta ?? {};
  const why = error instanceof Error ? error.message : String(error);
  if (message === 'Activity failed' && activityType !== undefined)
    return `run ${workflowId}: ${activityType} failed, attempt ${attempt}: ${why}`;
  if (message === 'Workflow failed' && workflowId !== undefined)
    return `run ${workflowId} (${workflowType}) failed: ${why}`;
  if (!/process Workflow Activation/.test(message)) return message;
  if (/^no workflow "/.test(why)) {
    return `a run was turned down: ${why}; restart the worker with the file that exports it, or cancel the run`;
  }
  const run = workflowId === undefined ? 'a run' : `run ${workflowId} (${workflowType})`;
  return `${run} is blocked, its workflow task failed and is tried again: ${why}`;
}

function levelOf(level: string): 'debug' | 'info' | 'warning' | 'error' {
  if (level === 'ERROR') return 'error';
  return level === 'WARN' ? 'warning' : level === 'INFO' ? 'info' : 'debug';
}
