import { requireTemporal } from '../../../config/index.js';
import { McpaError } from '../../../core/index.js';
import { watchProject } from '../../dev/watch.js';
import { WorkerProcess } from '../../dev/worker-process.js';
import { useEngine } from '../../local/local-engine.js';
import { paint } from '../../render/paint.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { exitNow, note, onInterrupt, outputMode, printJson } from '../../terminal.js';

/** Engine, worker, watch and reload in one terminal, until Ctrl-C. */
export async function devCommand(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const color = paint(mode.color);
  const { config } = await loadSettings(flags, { project: true });
  requireTemporal(config);
  const { discoverWorkflows } = await import('../../../worker/index.js');
  await discoverWorkflows({ projectDir: config.projectDir, patterns: config.workflows });

  const abort = new AbortController();
  const interrupted = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()));
  using _interrupt = onInterrupt((count) => (count > 1 ? exitNow(130) : abort.abort()));
  await using engine = await useEngine(config, mode, abort.signal).catch((error: unknown) => {
    if (abort.signal.aborted) exitNow(130);
    throw error;
  });
  const { address } = engine.config.temporal;
  const ui = engine.uiUrl ?? '';
  if (mode.json) printJson({ type: 'engine', address, started: engine.started, uiUrl: ui || null });
  else
    note(
      mode,
      `${color.green('engine')} ${address} (${engine.started ? 'started' : 'in use'})${ui ? ` · UI ${ui}` : ''}`,
    );

  await using slot = new WorkerSlot();
  const start = () => WorkerProcess.start({ flags, address, mode, cwd: config.projectDir });
  slot.replace(await start());
  note(mode, color.dim('watching for changes; start a run in a second terminal: mcpa run <workflow>'));

  let reloading: Promise<void> = Promise.resolve();
  await using _watch = await watchProject(config, (file) => {
    reloading = reloading.then(async () => {
      if (abort.signal.aborted) return;
      note(mode, `${color.cyan('reload')} ${file}`);
      try {
        const next = await start();
        if (abort.signal.aborted) await next[Symbol.asyncDispose]();
        else slot.replace(next);
      } catch (error) {
        const { errorText } = await import('../../render/error.js');
        note(mode, errorText(error, mode).trimEnd());
        note(mode, color.yellow('the worker keeps what it had; mend the file to reload'));
      }
    });
  });
  const lost = slot.lost().then((status) => {
    if (abort.signal.aborted) return;
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
  readonly #draining = new Set<Promise<void>>();
  #report: (status: number) => void = () => undefined;

  replace(next: WorkerProcess): void {
    const before = this.#current;
    this.#current = next;
    if (before) {
      const draining = before[Symbol.asyncDispose]();
      this.#draining.add(draining);
      void draining.finally(() => this.#draining.delete(draining));
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

  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#current;
    this.#current = undefined;
    await Promise.all([last?.[Symbol.asyncDispose](), ...this.#draining]);
  }
}
