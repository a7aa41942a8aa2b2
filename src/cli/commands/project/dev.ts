import { requireTemporal } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import { watchProject } from '../../dev/watch.js';
import { WorkerProcess } from '../../dev/worker-process.js';
import { interruptedEarly } from '../../interrupted.js';
import { useEngine } from '../../local/local-engine.js';
import { paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { interruption, note, outputMode, printJson } from '../../terminal.js';

/** Engine, worker, watch and reload in one terminal, until Ctrl-C. */
export async function devCommand(flags: GlobalFlags): Promise<void> {
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
  await using engine = await useEngine(config, mode, signal);
  const { address } = engine.config.temporal;
  const ui = engine.uiUrl ?? '';
  if (mode.json) printJson({ type: 'engine', address, started: engine.started, uiUrl: ui || null });
  else
    note(
      mode,
      `${color.green('engine')} ${address} (${engine.started ? 'started' : 'in use'})${ui ? ` · UI ${ui}` : ''}`,
    );

  await using slot = workers;
  const start = () => WorkerProcess.start({ flags, address, mode, cwd: config.projectDir, signal });
  // Watched from before the first worker reads the files: an edit meanwhile is loaded after it.
  let begin: () => void = () => undefined;
  let reloading = new Promise<void>((resolve) => {
    begin = resolve;
  });
  await using _watch = await watchProject(config, (file) => {
    reloading = reloading.then(async () => {
      if (signal.aborted) return;
      note(mode, `${color.cyan('reload')} ${file}`);
      try {
        const next = await start();
        if (signal.aborted) await next[Symbol.asyncDispose]();
        else slot.replace(next);
      } catch (error) {
        if (signal.aborted) return;
        const { errorText } = await import('../../render/error.js');
        note(mode, errorText(error, mode).trimEnd());
        note(mode, color.yellow('the worker keeps what it had; mend the file to reload'));
      }
    });
  });
  const first = await start().catch((error: unknown) => {
    throw signal.aborted ? interruptedEarly() : error;
  });
  slot.replace(first);
  note(mode, color.dim('watching for changes; start a run in a second terminal: mcpa run <workflow>'));
  begin();
  const lost = slot.lost().then((status) => {
    if (signal.aborted) return;
    throw new McpaError('ENGINE_FAILED', `the worker ended by itself (status ${status})`, {
      hint: 'start `mcpa dev` again',
    });
  });
  await Promise.race([interrupted, lost]);
  lost.catch(() => undefined);
  note(mode, 'stopping: draining the worker');
  await reloading;
}

/** Holds the one worker that serves; the one before it drains on its own. */
class WorkerSlot implements AsyncDisposable {
  #current: WorkerProcess | undefined;
  readonly #draining = new Map<WorkerProcess, Promise<void>>();
  #report: (status: number) => void = () => undefined;

  replace(next: WorkerProcess): void {
    const before = this.#current;
    this.#current = next;
    if (before) {
      const draining = before[Symbol.asyncDispose]();
      this.#draining.set(before, draining);
      void draining.finally(() => this.#draining.delete(before));
    }
    void next.exited.then((status) => {
      if (this.#current === next) this.#report(status);
    });
  }

  /** Settles when the serving worker ends without having been replaced. */
  lost(): Promise<number> {
    return new Promise((resolve) => {
      this.#report = resolve;
    });
  }

  /** For the second Ctrl-C: whatever they are doing. */
  kill(): void {
    this.#current?.kill();
    for (const worker of this.#draining.keys()) worker.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#current;
    this.#current = undefined;
    if (last) this.#draining.set(last, last[Symbol.asyncDispose]());
    await Promise.all(this.#draining.values());
  }
}
