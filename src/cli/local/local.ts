import type { Config } from '../../config/index.js';
import type { Bundle } from '../../worker/index.js';
import { interruptedEarly } from '../interrupted.js';
import { type Interruption, note, type OutputMode } from '../terminal.js';
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
export async function startLocal(loaded: Config, mode: OutputMode, interrupt: Interruption): Promise<Local> {
  const bundle = await interrupt.race(checkProject(loaded, mode), interruptedEarly);
  const engine = await useEngine(loaded, mode, interrupt.signal);
  try {
    const worker = await interrupt.race(useWorker(engine.config, mode, bundle), interruptedEarly);
    return {
      config: engine.config,
      ...(engine.uiUrl !== undefined && { uiUrl: engine.uiUrl }),
      async [Symbol.asyncDispose]() {
        if (interrupt.signal.aborted)
          note(mode, 'stopping: finishing what is in flight (Ctrl-C again ends at once)');
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

/**
 * What the user can mend alone (the key, MCP commands, workflow files) comes before an engine that may take minutes
 * to fetch, unless the worker that needs it runs elsewhere.
 */
async function checkProject(config: Config, mode: OutputMode): Promise<Bundle | undefined> {
  if (await mayBeServed(config)) return undefined;
  const { bundleActivities, bundleProject, checkModel, checkServers } = await import('../../worker/index.js');
  const onWarning = (message: string) => note(mode, `warning: ${message}`);
  checkModel(config);
  checkServers(config, onWarning);
  const bundle = await bundleProject(config, onWarning);
  await bundleActivities(config, onWarning);
  return bundle;
}
