import {
  type App,
  idleText,
  lastPollText,
  POLL_LASTS_MS,
  type RunEvent,
  workerPresence,
} from '../../client/index.js';
import { McpaError } from '../../core/index.js';

/** A live worker takes a run up within the first; a client should not wait for a person longer than the second. */
const TIMES = { tell: 2_000, end: 10_000 };

/** Says when no worker takes a run up, and ends the call for it later; the run itself waits on. */
export class WorkerWatch implements Disposable {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #app: App;
  readonly #tell: (text: string) => void;
  readonly #giveUp: (error: McpaError) => void;
  #over = false;

  constructor(
    app: App,
    tell: (text: string) => void,
    giveUp: (error: McpaError) => void,
    times: { tell: number; end: number } = TIMES,
  ) {
    this.#app = app;
    this.#tell = tell;
    this.#giveUp = giveUp;
    this.#timers.push(setTimeout(() => void this.#look((text) => this.#tell(text)), times.tell));
    this.#endLater(times.end);
  }

  event(event: RunEvent): void {
    // The engine shows the next attempt of a failed task as started, without a worker.
    if (event.depth === undefined && event.type === 'task_started' && event.worker !== '')
      this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Again and again: a worker that was killed just now still looks alive at first. */
  #endLater(ms: number): void {
    const look = async () => {
      await this.#look((text, fix) => this.#end(text, fix));
      if (!this.#over) this.#endLater(ms);
    };
    this.#timers.push(setTimeout(() => void look(), ms));
  }

  async #look(say: (text: string, fix: string) => void): Promise<void> {
    const queue = this.#app.config.temporal.task_queue;
    const presence = await workerPresence(this.#app.open, queue).catch(() => undefined);
    if (this.#over || !presence) return;
    if (presence.idle) {
      const { problem, fix } = idleText(presence.idle);
      say(problem, `make one current: ${fix}`);
      return;
    }
    const alive = presence.lastPollMs !== undefined && presence.lastPollMs < POLL_LASTS_MS;
    if (!alive)
      say(
        `no worker polls task queue ${queue} (${lastPollText(presence)})`,
        'start one with `mcpa worker` or `mcpa dev`',
      );
  }

  #end(text: string, fix: string): void {
    const hint = `${fix}; the run waits for it, and workflows-get_status has its result`;
    this.#giveUp(new McpaError('NO_WORKER', text, { hint }));
  }
}
