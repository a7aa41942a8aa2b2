import { type Config, connectionOptions, loadConfig, requireTemporal } from '../config/index.js';
import type { BundledOptions } from '../core/index.js';
import type { Bundle, WorkflowSource } from './bundle/index.js';
import { bundleProject, cacheDirOf, workerOptions } from './bundle-project.js';
import { connectWorker, engineAnswers, requireNamespace } from './connect-worker.js';
import { type DeploymentVersion, deploymentOptions, deploymentVersion } from './deployment.js';
import { createModels } from './llm/index.js';
import { checkCommands } from './mcp/check-commands.js';
import { checkHeadersFrom } from './mcp/identity/run-headers.js';
import type { Log } from './plugin.js';
import { loadActivities, refuseOwnNames } from './project-activities/load-activities.js';
import { installRuntime } from './runtime.js';

export interface CreateWorkerOptions {
  /** Where the project's config is looked for; the working directory otherwise. */
  projectDir?: string;
  /** A config that was loaded already. */
  config?: Config;
  /** Activities by name, beside those of the project's files; of two with one name, this one. */
  activities?: object;
  onWarning?: (message: string) => void;
  log?: Log;
  /** `false` leaves signals to the caller; Temporal's handlers drain on SIGINT and SIGTERM otherwise. */
  signals?: boolean;
  /** host:port on which Prometheus reads the SDK's metrics. */
  metricsAddress?: string;
  identity?: string;
  /** The project's bundle, when it was made already. */
  bundle?: Bundle;
  /** Without `worker.deployment`: a deployment whose runs go over to the version that is made current, unless one is pinned. */
  movingDeployment?: string;
}

export interface McpaWorker {
  /** Polls until `shutdown`, then drains. */
  run(): Promise<void>;
  /** Stops polling and drains; `run` resolves when it is done. */
  shutdown(): void;
  /** Temporal's own word: INITIALIZED, RUNNING, DRAINING, STOPPED… */
  state(): string;
  /** Whether the engine answers now; one that refuses does so, too. */
  engineAnswers(): Promise<boolean>;
  info: {
    address: string;
    taskQueue: string;
    workflows: WorkflowSource[];
    servers: string[];
    /** Agents that workflows fetch by name. */
    agents: string[];
    /** The project's own activities. */
    activities: string[];
    bundle: { cached: boolean; ms: number; hash: string };
    identity: string;
    /** With `worker.deployment` or `movingDeployment`: the version that the engine must be told to make current. */
    deployment?: DeploymentVersion;
  };
}

/** Seconds that in-flight activities get after a shutdown before they are cancelled and handed over. */
const GRACE_SECONDS = 10;

/** On which Temporal's runtime drains, where signals are left to it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'] as const;

const OVERDUE =
  'activities of the project did not end when they were cancelled, and are left as they are: another worker gets ' +
  'them when their heartbeat or their time is over; let them heed cancellationSignal() (docs/agents-and-activities.md)';

/** The end of a worker that was told to stop, and whose activities don't: nothing that its owner did wrong. */
function isOverdue(error: unknown): boolean {
  const { name, message } = error as Error;
  // The SDK's second error hides its first one: what still runs holds the native worker.
  return name === 'GracefulShutdownPeriodExpiredError' || /^Worker still in use/.test(message);
}

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
  // Who brings a bundle has checked before making it.
  if (!options.bundle) checkServers(config, options.onWarning);
  const bundled = workerOptions(config);
  const bundle = options.bundle ?? (await bundleProject(config, options.onWarning));
  const activities = { ...(await loadActivities(config, options.onWarning)), ...options.activities };
  refuseOwnNames(activities);
  checkHeadersFrom(config, activities);
  // Certificate files are read here: what the user can mend alone comes before anything is opened.
  const { namespace, ...address } = connectionOptions(config);
  const sdk = await import('@temporalio/worker');
  installRuntime(sdk, options, config);
  const connection = await connectWorker(sdk, address);
  await requireNamespace(connection, address.address, namespace);
  const { McpaPlugin } = await import('./plugin.js');
  const version = deploymentVersion(config, bundle, options.movingDeployment);
  const plugin = new McpaPlugin({
    config,
    options: bundled,
    cacheDir: cacheDirOf(config),
    ...(options.log ? { log: options.log } : {}),
  });
  const create = sdk.Worker.create({
    connection,
    namespace,
    taskQueue: config.temporal.task_queue,
    workflowBundle: bundle.code === undefined ? { codePath: bundle.codePath } : { code: bundle.code },
    plugins: [plugin],
    activities,
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...deploymentOptions(version, config.worker.deployment !== undefined),
    ...limits(config, bundled),
    shutdownGraceTime: GRACE_SECONDS * 1_000,
    shutdownForceTime: (GRACE_SECONDS + 10) * 1_000,
  });
  const worker = await create.catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  let told = false;
  const tell = () => {
    told = true;
  };
  return {
    run: async () => {
      const signals = options.signals === false ? [] : SIGNALS;
      for (const signal of signals) process.on(signal, tell);
      try {
        await worker.run().catch((error: unknown) => {
          if (!told || !isOverdue(error)) throw error;
          options.onWarning?.(OVERDUE);
        });
      } finally {
        for (const signal of signals) process.off(signal, tell);
        await connection.close();
      }
    },
    shutdown: () => {
      tell();
      worker.shutdown();
    },
    state: () => worker.getState(),
    engineAnswers: () => engineAnswers(connection),
    info: {
      address: config.temporal.address,
      taskQueue: config.temporal.task_queue,
      workflows: bundle.workflows,
      servers: Object.keys(config.mcp.servers),
      agents: config.agents.definitions.map(({ name }) => name),
      activities: Object.keys(activities).sort(),
      bundle: { cached: bundle.cached, ms: bundle.ms, hash: bundle.hash },
      identity: worker.options.identity,
      ...(version ? { deployment: version } : {}),
    },
  };
}

/** Never below 2: the SDK refuses one workflow task slot beside a cache. */
function limits(config: Config, bundled: BundledOptions) {
  const { max_concurrent_activities: activities, max_concurrent_workflows: cached } = config.temporal;
  const { max_task_queue_activities_per_second: perSecond } = config.temporal;
  return {
    maxConcurrentActivityTaskExecutions: activities,
    ...(perSecond === undefined ? {} : { maxTaskQueueActivitiesPerSecond: perSecond }),
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

/** Throws `MCP_COMMAND_NOT_FOUND` where a local MCP server's program is not installed. */
export function checkServers(config: Config, onWarning: (message: string) => void = () => undefined): void {
  checkCommands(config.mcp.servers, config.projectDir, onWarning);
}
