import { type Config, connectionOptions, loadConfig, requireTemporal } from '../config/index.js';
import { type BundledOptions, isMcpaError, McpaError } from '../core/index.js';
import type { WorkflowSource } from './bundle/index.js';
import { bundleProject, cacheDirOf, workerOptions } from './bundle-project.js';
import { createModels } from './llm/index.js';
import type { Log } from './plugin.js';

export interface CreateWorkerOptions {
  /** Where the project's config is looked for; the working directory otherwise. */
  projectDir?: string;
  /** A config that was loaded already. */
  config?: Config;
  /** Activities of your own, by name. */
  activities?: object;
  onWarning?: (message: string) => void;
  log?: Log;
  /** `false` leaves signals to the caller; Temporal's handlers drain on SIGINT and SIGTERM otherwise. */
  signals?: boolean;
  /** host:port on which Prometheus reads the SDK's metrics. */
  metricsAddress?: string;
  identity?: string;
}

export interface McpaWorker {
  /** Polls until `shutdown`, then drains. */
  run(): Promise<void>;
  /** Stops polling and drains; `run` resolves when it is done. */
  shutdown(): void;
  /** Temporal's own word: INITIALIZED, RUNNING, DRAINING, STOPPED… */
  state(): string;
  info: {
    address: string;
    taskQueue: string;
    workflows: WorkflowSource[];
    servers: string[];
    bundle: { cached: boolean; ms: number; hash: string };
    identity: string;
  };
}

/** Seconds that in-flight activities get after a shutdown before they are cancelled and handed over. */
const GRACE_SECONDS = 10;

/**
 * A worker for the project: bundles its workflows, connects, and is ready to `run`.
 *
 * @example const worker = await createWorker(); await worker.run();
 */
export async function createWorker(options: CreateWorkerOptions = {}): Promise<McpaWorker> {
  const config =
    options.config ??
    (await loadConfig({ ...(options.projectDir ? { cwd: options.projectDir } : {}), require: true })).config;
  requireTemporal(config);
  checkModel(config);
  const bundled = workerOptions(config);
  const bundle = await bundleProject(config, options.onWarning);
  const sdk = await import('@temporalio/worker');
  installRuntime(sdk, options);
  const { namespace, ...address } = connectionOptions(config);
  const connection = await connect(sdk, address);
  const { McpaPlugin } = await import('./plugin.js');
  const plugin = new McpaPlugin({
    config,
    options: bundled,
    cacheDir: cacheDirOf(config),
    ...(options.log ? { log: options.log } : {}),
  });
  const worker = await sdk.Worker.create({
    connection,
    namespace,
    taskQueue: config.temporal.task_queue,
    workflowBundle: bundle.code === undefined ? { codePath: bundle.codePath } : { code: bundle.code },
    plugins: [plugin],
    ...(options.activities === undefined ? {} : { activities: options.activities }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...limits(config, bundled),
    shutdownGraceTime: GRACE_SECONDS * 1_000,
    shutdownForceTime: (GRACE_SECONDS + 10) * 1_000,
  });
  return {
    run: async () => {
      try {
        await worker.run();
      } finally {
        await connection.close();
      }
    },
    shutdown: () => worker.shutdown(),
    state: () => worker.getState(),
    info: {
      address: config.temporal.address,
      taskQueue: config.temporal.task_queue,
      workflows: bundle.workflows,
      servers: Object.keys(config.mcp.servers),
      bundle: { cached: bundle.cached, ms: bundle.ms, hash: bundle.hash },
      identity: worker.options.identity,
    },
  };
}

/** Never below 2: the SDK refuses one workflow task slot beside a cache. */
function limits(config: Config, bundled: BundledOptions) {
  const { max_concurrent_activities: activities, max_concurrent_workflows: cached } = config.temporal;
  return {
    maxConcurrentActivityTaskExecutions: activities,
    ...(cached === undefined ? {} : { maxCachedWorkflows: Math.max(1, cached) }),
    maxConcurrentWorkflowTaskExecutions: Math.max(2, Math.min(40, cached ?? 40)),
    maxHeartbeatThrottleInterval: bundled.heartbeatMs <= 1_000 ? 250 : bundled.heartbeatMs,
    defaultHeartbeatThrottleInterval: bundled.heartbeatMs <= 1_000 ? 250 : bundled.heartbeatMs,
    stickyQueueScheduleToStartTimeout: 2_000,
  };
}

/** Throws `KEY_MISSING` or `SCRIPT_INVALID` where the default model can't answer. */
export function checkModel(config: Config): void {
  createModels(config).check();
}

type Sdk = typeof import('@temporalio/worker');

async function connect(
  sdk: Sdk,
  options: Parameters<Sdk['NativeConnection']['connect']>[0] & { address: string },
) {
  try {
    return await sdk.NativeConnection.connect(options);
  } catch (error) {
    if (isMcpaError(error)) throw error;
    throw new McpaError('ENGINE_UNREACHABLE', `No Temporal server answers at ${options.address}.`, {
      hint: 'start one with `mcpa dev` or `mcpa server`, or set temporal.host and temporal.port',
      cause: error,
    });
  }
}

let installed = false;

/** Once per process: a second worker shares the runtime of the first. */
function installRuntime(sdk: Sdk, options: CreateWorkerOptions): void {
  if (installed) return;
  installed = true;
  const { log } = options;
  sdk.Runtime.install({
    ...(options.signals === false ? { shutdownSignals: [] } : {}),
    ...(log === undefined
      ? {}
      : {
          logger: new sdk.DefaultLogger('WARN', (entry) =>
            log(levelOf(entry.level), entry.message, entry.meta),
          ),
        }),
    telemetryOptions: {
      logging: { filter: sdk.makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
      ...(options.metricsAddress === undefined
        ? {}
        : { metrics: { prometheus: { bindAddress: options.metricsAddress } } }),
    },
  });
}

function levelOf(level: string): 'debug' | 'info' | 'warning' | 'error' {
  if (level === 'ERROR') return 'error';
  return level === 'WARN' ? 'warning' : level === 'INFO' ? 'info' : 'debug';
}
