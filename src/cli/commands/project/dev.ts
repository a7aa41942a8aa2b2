import { requireTemporal } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import { EngineKeeper } from '../../dev/engine-keeper.js';
import { HeldBackLoads } from '../../dev/held-back-loads.js';
import { OpenRuns } from '../../dev/open-runs.js';
import { Reloads } from '../../dev/reloads.js';
import { DevDeployment } from '../../dev/versions/dev-deployment.js';
import { VersionedLoads } from '../../dev/versions/versioned-loads.js';
import { watchProject } from '../../dev/watch.js';
import { WorkerProcess } from '../../dev/worker-process.js';
import { WorkerSlot } from '../../dev/worker-slot.js';
import { interruptedEarly } from '../../interrupted.js';
import { useEngine } from '../../local/local-engine.js';
import { paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, note, outputMode, printJson } from '../../terminal.js';

/** Without an edit between. */
const RESTARTS = 3;

export interface DevFlags extends GlobalFlags {
  /** Loads edits that open runs don't fit, too. */
  force?: boolean;
}

/** Engine, worker, watch and reload in one terminal, until Ctrl-C. */
export async function devCommand(flags: DevFlags): Promise<void> {
  const mode = outputMode();
  const color = paint(mode.color);
  const { config } = await loadSettings(flags, { project: true });
  requireTemporal(config);
  const { bundleActivities, checkModel, checkServers, discoverWorkflows } = await import(
    '../../../worker/index.js'
  );
  // The worker checks all of this too; here it comes before an engine that may take minutes to fetch.
  checkModel(config);
  checkServers(config);
  await discoverWorkflows({ projectDir: config.projectDir, patterns: config.workflows });
  await bundleActivities(config);

  const workers = new WorkerSlot();
  using interrupt = interruption(() => workers.kill());
  const { signal } = interrupt;
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const engine = await useEngine(config, mode, signal);
  await using _keeper = new EngineKeeper(engine, mode, signal);
  const { address } = engine.config.temporal;
  const ui = engine.uiUrl ?? '';
  if (mode.json) printJson({ type: 'engine', address, started: engine.started, uiUrl: ui || null });
  else
    note(
      mode,
      `${color.green('engine')} ${address} (${engine.started ? 'started' : 'in use'})${ui ? ` · UI ${ui}` : ''}`,
    );

  await using slot = workers;
  const place = { flags, address, cwd: config.projectDir };
  await using openRuns = new OpenRuns({ ...place, config: engine.config, signal });
  // An explicit deployment is its owner's to steer, and so are the versions of an engine that isn't ours.
  const kept = engine.shared && !config.worker.deployment;
  await using versions = kept ? await DevDeployment.open(engine.config, slot, mode) : undefined;
  const start = () => WorkerProcess.start({ ...place, mode, signal, ...versions?.ofWorker });
  const options = { slot, start, openRuns, mode, signal, force: flags.force === true };
  await using versioned = versions && new VersionedLoads({ ...options, ...versions.forLoads });
  const loads = versioned ?? new HeldBackLoads(options, (why) => void reloads.changed(why));
  const reloads = new Reloads(options, loads);
  let restarts = 0;
  // Watched from before the first worker reads the files: an edit meanwhile is loaded after it.
  await using _watch = await watchProject(config, (file) => {
    restarts = 0;
    void reloads.changed(file);
  });
  await reloads.begin().catch((error: unknown) => {
    throw signal.aborted ? interruptedEarly() : error;
  });
  note(mode, color.dim('watching for changes; start a run in a second terminal: mcpa run <workflow>'));
  const served = async () => {
    for (;;) {
      const status = await slot.lost();
      if (signal.aborted) return;
      const why = `the worker ended by itself (status ${status})`;
      // Runs that stay on the code before must not lose their worker, too.
      if (versioned && restarts++ < RESTARTS) await reloads.changed(why);
      if (!slot.current && !signal.aborted)
        throw new McpaError('ENGINE_FAILED', why, { hint: 'start `mcpa dev` again' });
    }
  };
  const lost = served();
  await Promise.race([interrupted, lost]);
  lost.catch(() => undefined);
  note(mode, 'stopping: draining the worker');
  await reloads.settled();
}
