import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ErrorCode, McpaError } from '../../core/index.js';
import { announceWorker } from '../local/worker-beacon.js';
import type { GlobalFlags } from '../settings.js';
import { note, type OutputMode } from '../terminal.js';
import { projectCommand } from './project-command.js';

export interface WorkerProcessOptions {
  flags: GlobalFlags;
  address: string;
  mode: OutputMode;
  cwd: string;
  /** Ends a worker that is still starting. */
  signal: AbortSignal;
  /** The worker is a version of this deployment, whose runs go over to the one that is current. */
  deployment?: string;
}

interface WorkerLine {
  type?: string;
  taskQueue?: string;
  workflows?: string[];
  servers?: string[];
  agents?: string[];
  activities?: string[];
  bundle?: { cached: boolean; ms: number };
  deployment?: { buildId: string };
  error?: { code: ErrorCode; message: string; hint?: string };
}

/** Names the deployment to a worker that dev starts. */
export const DEPLOYMENT_VARIABLE = 'MCPA_DEV_DEPLOYMENT';

/** Longer than a worker drains; past it, the worker hangs. */
const DRAIN_MS = 25_000;

/**
 * A worker in a process of its own: code that changed is loaded by a new process, since a module that
 * Node has loaded can't be unloaded. It stands in its own group, so that Ctrl-C reaches it through us alone.
 */
export class WorkerProcess implements AsyncDisposable {
  readonly exited: Promise<number>;
  /** Its version, where it has one. */
  buildId: string | undefined;
  readonly #child: ChildProcess;
  #beacon: AsyncDisposable | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  }

  /** Resolves when it polls; rejects with its own error when it can't. */
  static async start(options: WorkerProcessOptions): Promise<WorkerProcess> {
    const { flags, address, mode, cwd, signal, deployment } = options;
    const { args, env, cwd: folder } = projectCommand('worker', { flags, address, cwd });
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...env, ...(deployment !== undefined && { [DEPLOYMENT_VARIABLE]: deployment }) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const worker = new WorkerProcess(child);
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => note(mode, line));
    const leave = () => child.kill('SIGTERM');
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    try {
      await worker.#ready(mode);
    } finally {
      signal.removeEventListener('abort', leave);
    }
    await worker.#announce({ flags, address, cwd });
    return worker;
  }

  /** `run --local` beside this one uses this worker; a failure leaves it to start its own. */
  async #announce({ flags, address, cwd }: Pick<WorkerProcessOptions, 'flags' | 'address' | 'cwd'>) {
    const { config: configFile, profile, namespace, taskQueue } = flags;
    const { loadConfig } = await import('../../config/index.js');
    const given = Object.entries({ address, profile, namespace, taskQueue });
    const { config } = await loadConfig({
      cwd: configFile === undefined ? cwd : process.cwd(),
      ...(configFile !== undefined && { configFile }),
      flags: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    });
    this.#beacon = await announceWorker(config).catch(() => undefined);
    void this.exited.then(() => this.#beacon?.[Symbol.asyncDispose]());
  }

  #ready(mode: OutputMode): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      let failure: WorkerLine['error'];
      const lines = createInterface({ input: this.#child.stdout! });
      lines.on('line', (text) => {
        const line = parse(text);
        if (line?.error) failure = line.error;
        if (line?.type !== 'ready') return;
        this.buildId = line.deployment?.buildId;
        if (mode.json) process.stdout.write(`${text}\n`);
        else note(mode, readyText(line));
        resolve();
      });
      lines.once('close', () => {
        const { code, message, hint } = failure ?? {
          code: 'BUG' as const,
          message: 'the worker ended at its start',
        };
        reject(new McpaError(code, message, hint === undefined ? {} : { hint }));
      });
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Without draining. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Before it drains: a draining worker takes no new run.
    await this.#beacon?.[Symbol.asyncDispose]();
    if (!this.running) return;
    this.#child.kill('SIGTERM');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), DRAIN_MS);
    await this.exited;
    clearTimeout(kill);
  }
}

function parse(text: string): WorkerLine | undefined {
  try {
    return JSON.parse(text) as WorkerLine;
  } catch {
    return undefined;
  }
}

function readyText(line: WorkerLine): string {
  const bundle = `${line.bundle?.cached ? 'cached' : 'built'} ${Math.round(line.bundle?.ms ?? 0)} ms`;
  const list = (names: string[] | undefined) => names?.join(', ') || 'none';
  const activities = line.activities?.length ? ` · activities ${line.activities.join(', ')}` : '';
  const agents = line.agents?.length ? ` · agents ${line.agents.join(', ')}` : '';
  return `worker queue ${line.taskQueue} · workflows ${list(line.workflows)} · servers ${list(line.servers)}${activities}${agents} · bundle ${bundle}`;
}
