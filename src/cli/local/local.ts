import type { Config } from '../../config/index.js';
import { note, type OutputMode } from '../terminal.js';
import { useEngine } from './local-engine.js';

export interface Local extends AsyncDisposable {
  config: Config;
  uiUrl?: string;
}

/**
 * Engine and worker for one command. The engine is shared with neighbours and ended by the last of them;
 * the worker is this command's own, so that a neighbour that leaves takes nothing away.
 */
export async function startLocal(loaded: Config, mode: OutputMode): Promise<Local> {
  const { checkModel, createWorker } = await import('../../worker/index.js');
  checkModel(loaded);
  const stack = new AsyncStack();
  try {
    const engine = stack.use(await useEngine(loaded, mode));
    const worker = await createWorker({
      config: engine.config,
      signals: false,
      onWarning: (message) => note(mode, `warning: ${message}`),
      log: (level, message) => {
        if (level === 'error' || mode.verbose) note(mode, `${level}: ${message}`);
      },
    });
    const running = worker.run();
    running.catch((error: unknown) =>
      note(mode, `error: the local worker ended: ${(error as Error).message}`),
    );
    stack.use({
      async [Symbol.asyncDispose]() {
        if (worker.state() === 'RUNNING') worker.shutdown();
        await running.catch(() => undefined);
      },
    });
    return {
      config: engine.config,
      ...(engine.uiUrl !== undefined && { uiUrl: engine.uiUrl }),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

/** Node 20 has no AsyncDisposableStack. */
class AsyncStack implements AsyncDisposable {
  readonly #items: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(item: T): T {
    this.#items.push(item);
    return item;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const item of this.#items.splice(0).reverse()) await item[Symbol.asyncDispose]();
  }
}
