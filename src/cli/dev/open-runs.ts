import { spawn } from 'node:child_process';
import type { App } from '../../client/index.js';
import type { Config } from '../../config/index.js';
import { type ErrorCode, McpaError } from '../../core/index.js';
import type { ReplayVerdict } from '../../worker/index.js';
import { type ProjectPlace, projectCommand } from './project-command.js';

export interface OpenRunsOptions extends ProjectPlace {
  config: Config;
  signal: AbortSignal;
}

/** The task queue's open runs, seen from `dev`: whether they fit the files as they are now, and when they end. */
export class OpenRuns implements AsyncDisposable {
  #app: App | undefined;

  constructor(private readonly options: OpenRunsOptions) {}

  /** Replays them on the files as they are now. In a process of its own: what a bundler leaves in memory goes with it. */
  async check(): Promise<ReplayVerdict[]> {
    if (!(await this.#any())) return [];
    const { args, env, cwd } = projectCommand('check', this.options);
    const child = spawn(process.execPath, [...args, '--open'], {
      cwd,
      env,
      // Ctrl-C reaches it through us alone.
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const stop = () => child.kill('SIGKILL');
    this.options.signal.addEventListener('abort', stop, { once: true });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
    this.options.signal.removeEventListener('abort', stop);
    return verdictsIn(printed);
  }

  /** Resolves when one of these has ended, or the signal aborts. */
  async oneEnded(runs: readonly ReplayVerdict[], signal: AbortSignal): Promise<boolean> {
    const app = await this.#connected();
    const aborted = new Promise<false>((resolve) => {
      if (signal.aborted) resolve(false);
      signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    const { workflow } = app.open.client;
    const ended = () => true;
    const ends = runs.map(({ workflowId, runId }) =>
      // One that continues as new has ended, too: what follows begins with the code that is there.
      workflow.getHandle(workflowId, runId, { followRuns: false }).result().then(ended, ended),
    );
    return Promise.race([aborted, ...ends]);
  }

  async #any(): Promise<boolean> {
    const app = await this.#connected();
    const queue = this.options.config.temporal.task_queue.replaceAll("'", "''");
    const query = `TaskQueue = '${queue}' AND ExecutionStatus = 'Running'`;
    return (await app.open.client.workflow.count(query)).count > 0;
  }

  async #connected(): Promise<App> {
    const { connect } = await import('../../client/index.js');
    this.#app ??= await connect({ config: this.options.config });
    return this.#app;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app?.[Symbol.asyncDispose]();
  }
}

function verdictsIn(printed: string): ReplayVerdict[] {
  let answer: { runs?: ReplayVerdict[]; error?: { code: ErrorCode; message: string; hint?: string } };
  try {
    answer = JSON.parse(printed);
  } catch {
    answer = {};
  }
  if (answer.runs) return answer.runs;
  const { code, message, hint } = answer.error ?? {
    code: 'BUG' as const,
    message: 'the open runs could not be checked',
  };
  throw new McpaError(code, message, hint === undefined ? {} : { hint });
}
