import type { Config } from '../../config/index.js';
import type { Bundle } from '../../worker/index.js';
import { note, type OutputMode } from '../terminal.js';
import { endOnStray } from './strays.js';
import { type FoundWorker, findWorker } from './worker-beacon.js';

/**
 * A worker for one command: that of `mcpa dev` while it lives, else one in this process. A worker that ends while
 * the command needs it is replaced.
 */
export async function useWorker(config: Config, mode: OutputMode, bundle?: Bundle): Promise<AsyncDisposable> {
  let ended = false;
  let theirs: FoundWorker | undefined;
  let own: AsyncDisposable | undefined;
  let replacing: Promise<void> = Promise.resolve();
  const serve = async () => {
    theirs = await findWorker(config);
    if (ended) return;
    if (!theirs) {
      own = await startWorker(config, mode, bundle);
      return;
    }
    void theirs.gone.then(() => {
      if (ended) return;
      replacing = serve().catch((error: unknown) =>
        note(mode, `error: no worker serves this run any more: ${(error as Error).message}`),
      );
    });
  };
  await serve();
  return {
    async [Symbol.asyncDispose]() {
      ended = true;
      theirs?.[Symbol.dispose]();
      await replacing;
      theirs?.[Symbol.dispose]();
      await own?.[Symbol.asyncDispose]();
    },
  };
}

async function startWorker(
  config: Config,
  mode: OutputMode,
  bundle: Bundle | undefined,
): Promise<AsyncDisposable> {
  const { createWorker } = await import('../../worker/index.js');
  endOnStray(mode);
  const { besideDev } = await import('../dev/versions/beside-dev.js');
  const turn = await besideDev(config, (line) => note(mode, line));
  const worker = await createWorker({
    // A versioned one has nothing to do until its version is made current.
    config: { ...config, worker: {} },
    ...(bundle && { bundle }),
    signals: false,
    onWarning: (message) => note(mode, `warning: ${message}`),
    log: (level, message) => {
      if (level === 'error' || mode.verbose) note(mode, `${level}: ${message}`);
    },
  });
  const running = worker.run();
  running.catch((error: unknown) => note(mode, `error: the local worker ended: ${(error as Error).message}`));
  return {
    async [Symbol.asyncDispose]() {
      if (worker.state() === 'RUNNING') worker.shutdown();
      await running.catch(() => undefined);
      turn[Symbol.dispose]();
    },
  };
}
