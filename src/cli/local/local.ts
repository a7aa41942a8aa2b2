import type { Config } from '../../config/index.js';
import type { OutputMode } from '../terminal.js';
import { useEngine } from './local-engine.js';
import { useWorker } from './local-worker.js';
import { mayBeServed } from './worker-beacon.js';

export interface Local extends AsyncDisposable {
  config: Config;
  uiUrl?: string;
}

/**
 * Engine and worker for one command, where they are missing. The engine is shared with neighbours and ended by the
 * last of them; the worker is that of a running `mcpa dev`, else this command's own.
 */
export async function startLocal(loaded: Config, mode: OutputMode): Promise<Local> {
  // A missing key is told before an engine is started, unless the worker that needs it runs elsewhere.
  if (!(await mayBeServed(loaded))) (await import('../../worker/index.js')).checkModel(loaded);
  const engine = await useEngine(loaded, mode);
  try {
    const worker = await useWorker(engine.config, mode);
    return {
      config: engine.config,
      ...(engine.uiUrl !== undefined && { uiUrl: engine.uiUrl }),
      async [Symbol.asyncDispose]() {
        try {
          await worker[Symbol.asyncDispose]();
        } finally {
          await engine[Symbol.asyncDispose]();
        }
      },
    };
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}
