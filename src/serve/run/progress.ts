import type { ServerContext } from '@modelcontextprotocol/server';

/** Clients give up on a silent call after a minute, unless a sign of life comes. */
const SILENCE_MS = 15_000;

/** Progress of one call; its number only grows, over the rounds of a question too. */
export class Progress implements Disposable {
  #count: number;
  #last = 'running';
  readonly #ctx: ServerContext;
  readonly #alive: NodeJS.Timeout;

  constructor(ctx: ServerContext, count = 0) {
    this.#ctx = ctx;
    this.#count = count;
    this.#alive = setInterval(() => this.#send(this.#last), SILENCE_MS);
  }

  get count(): number {
    return this.#count;
  }

  /** `meta` is for programs: the id of the run. */
  tell(message: string, meta?: Record<string, unknown>): void {
    this.#last = message;
    this.#alive.refresh();
    this.#send(message, meta);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#alive);
  }

  #send(message: string, meta?: Record<string, unknown>): void {
    const progressToken = this.#ctx.mcpReq._meta?.progressToken;
    if (progressToken === undefined || this.#ctx.mcpReq.signal.aborted) return;
    const params = { progressToken, progress: ++this.#count, message, ...(meta && { _meta: meta }) };
    // A client that has gone is told by the signal.
    this.#ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
  }
}
