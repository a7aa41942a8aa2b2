import { type Config, encrypts, requireTemporal } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import { DEPLOYMENT_VARIABLE } from '../../dev/worker-process.js';
import { endOnStray } from '../../local/strays.js';
import { paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { exitNow, note, onInterrupt, outputMode, printJson } from '../../terminal.js';
import { workerLog } from '../../worker-log.js';

export interface WorkerFlags extends GlobalFlags {
  healthPort?: string;
  metricsPort?: string;
}

/** A production worker: bundle, poll, drain on SIGTERM or the first Ctrl-C; the second ends at once. */
export async function workerCommand(flags: WorkerFlags): Promise<void> {
  const mode = outputMode();
  const healthPort = portOf(flags.healthPort, '--health-port');
  const metricsPort = portOf(flags.metricsPort, '--metrics-port');
  if (healthPort !== undefined && healthPort === metricsPort) {
    throw new McpaError('USAGE', `--health-port and --metrics-port are both ${healthPort}`, {
      hint: 'give each a port of its own',
    });
  }
  const { config } = await loadSettings(flags, { project: true });
  requireTemporal(config);
  // A versioned worker has nothing to do until its version is made current: the one of `mcpa dev` serves at once.
  if (process.connected) delete config.worker.deployment;
  const deployment = process.connected ? process.env[DEPLOYMENT_VARIABLE] : undefined;
  // Not for what its activities and MCP servers start.
  delete process.env[DEPLOYMENT_VARIABLE];
  if (metricsPort !== undefined) {
    const { freePortOrThrow } = await import('../../listen/ports.js');
    await freePortOrThrow(metricsPort, '--metrics-port');
  }
  let state: () => string = () => 'STARTING';
  await using _health =
    healthPort === undefined
      ? undefined
      : await (await import('../../listen/health.js')).serveHealth(healthPort, () => state());

  let stop: (() => void) | undefined;
  let stopped = false;
  using _interrupt = onInterrupt((count) => {
    if (count > 1) exitNow(130);
    stopped = true;
    if (!stop) exitNow(0);
    note(mode, 'draining: finishing what is in flight (Ctrl-C again ends at once)');
    stop();
  });
  // A worker that `mcpa dev` started ends with it, however that ended.
  if (process.connected) {
    process.once('disconnect', () => (stop ? stop() : exitNow(0)));
    // The channel alone must not keep a worker alive that failed at its start.
    process.channel?.unref();
  }
  const { createWorker } = await import('../../../worker/index.js');
  endOnStray(mode);
  using _turn =
    process.connected || config.worker.deployment
      ? undefined
      : await (await import('../../dev/versions/beside-dev.js')).besideDev(config, (line) =>
          note(mode, line),
        );
  const log = workerLog(config, (line) => note(mode, line), mode.verbose);
  const worker = await createWorker({
    config,
    signals: false,
    onWarning: (message) => note(mode, `warning: ${message}`),
    ...(metricsPort !== undefined && { metricsAddress: `0.0.0.0:${metricsPort}` }),
    log,
    ...(deployment !== undefined && { movingDeployment: deployment }),
  });
  if (stopped) return;
  const { watchEngine } = await import('../../listen/engine-watch.js');
  using watch = watchEngine(worker, config, log);
  state = () => (watch.away ? 'ENGINE_AWAY' : worker.state());
  stop = () => {
    // Twice asked, once done: the SDK throws when it drains already.
    if (worker.state() === 'RUNNING') worker.shutdown();
  };
  const running = worker.run();
  const { info } = worker;
  if (mode.json) {
    printJson({ type: 'ready', ...info, workflows: info.workflows.map((workflow) => workflow.name) });
  } else {
    const color = paint(mode.color);
    const bundle = `${info.bundle.cached ? 'cached' : 'built'} ${Math.round(info.bundle.ms)} ms`;
    const names = info.workflows.map((workflow) => workflow.name).join(', ') || 'none';
    const servers = info.servers.join(', ') || 'none';
    const activities = info.activities.length === 0 ? '' : ` · activities ${info.activities.join(', ')}`;
    const agents = info.agents.length === 0 ? '' : ` · agents ${info.agents.join(', ')}`;
    note(
      mode,
      `${color.green('ready')} queue ${info.taskQueue} · workflows ${names} · servers ${servers}${activities}${agents} · bundle ${bundle}`,
    );
  }
  // An engine on this machine keeps its histories here: no news.
  if (!encrypts(config) && !isLocal(config) && !process.connected)
    note(mode, 'histories are readable at the engine: temporal.encryption is off (docs/security.md)');
  if (info.deployment && !process.connected) {
    const { name, buildId } = info.deployment;
    note(
      mode,
      `version ${buildId} of deployment ${name}; new runs come to it once it is current: ` +
        `temporal worker deployment set-current-version --deployment-name ${name} --build-id ${buildId}`,
    );
  }
  // `run --local` beside this one uses this worker. One that `mcpa dev` started is announced by it, over its reloads.
  await using _beacon = process.connected ? undefined : await announce(config);
  await running;
  if (process.connected) process.disconnect();
  note(mode, 'stopped');
}

/** A folder that can't be written leaves `run --local` to start a worker of its own. */
async function announce(config: Config): Promise<AsyncDisposable | undefined> {
  const { announceWorker } = await import('../../local/worker-beacon.js');
  return announceWorker(config).catch(() => undefined);
}

function isLocal({ temporal }: Config): boolean {
  return /^(localhost|127\.|\[?::1)/.test(temporal.address);
}

/** `least` is 0 where a free port may be asked for. */
export function portOf(text: string | undefined, flag: string, least = 1): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && text !== '' && port >= least && port < 65_536) return port;
  throw new McpaError('USAGE', `${flag}: "${text}" is not a port`, { hint: `for example ${flag} 8080` });
}
