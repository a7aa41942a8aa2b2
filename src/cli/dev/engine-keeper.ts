import { isAlive } from '../../config/index.js';
import type { EngineInUse } from '../local/local-engine.js';
import { note, type OutputMode, printJson } from '../terminal.js';

const EVERY_MS = 500;
/** One that ends again and again has a cause that a start does not mend. */
const RESTARTS = 3;

/** Starts the project's engine again, on its file and port, when it ends under `mcpa dev`. */
export class EngineKeeper implements AsyncDisposable {
  #engine: EngineInUse;
  #restarts = 0;
  #restarting: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(
    engine: EngineInUse,
    private readonly mode: OutputMode,
    private readonly signal: AbortSignal,
  ) {
    this.#engine = engine;
    this.#timer = setInterval(() => this.#look(), EVERY_MS).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#restarting;
    await this.#engine[Symbol.asyncDispose]();
  }

  #look(): void {
    const { own } = this.#engine;
    // One that is only silent may be stopped, or busy: a second one on its file would harm both.
    if (!own || this.#restarting || this.signal.aborted || isAlive(own.pid)) return;
    this.#restarting = this.#restart(own.restart)
      .catch((error: unknown) => this.#giveUp(error))
      .finally(() => {
        this.#restarting = undefined;
      });
  }

  async #restart(start: () => Promise<EngineInUse>): Promise<void> {
    if (this.#restarts++ === RESTARTS) throw new Error(`it has ended ${RESTARTS + 1} times`);
    await this.#engine[Symbol.asyncDispose]();
    this.#engine = await start();
    const { config, uiUrl } = this.#engine;
    const { address } = config.temporal;
    if (this.mode.json) printJson({ type: 'engine', address, started: true, uiUrl: uiUrl ?? null });
    else note(this.mode, `engine ${address} had ended by itself and is up again; open runs go on`);
  }

  #giveUp(error: unknown): void {
    clearInterval(this.#timer);
    if (this.signal.aborted) return;
    const why = error instanceof Error ? error.message : String(error);
    const { address } = this.#engine.config.temporal;
    note(this.mode, `engine ${address} has ended and is not started again: ${why}`);
    note(this.mode, '  fix: read .mcpa/engine.log, end this with Ctrl-C, and start `mcpa dev` again');
  }
}
