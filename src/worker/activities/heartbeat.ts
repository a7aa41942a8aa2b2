import type { Context } from '@temporalio/activity';

/** As often as a watcher asks for live text (client/history/follow/live.ts). */
const LIVE_MS = 250;

/**
 * Heartbeats at the interval and, for live details, soon after they changed. The engine counts an attempt's silence
 * from its start: a short attempt needs none, and sends none.
 */
export class Heartbeat {
  private readonly interval: NodeJS.Timeout;
  private soon: NodeJS.Timeout | undefined;
  private details: unknown;

  constructor(
    private readonly context: Context,
    intervalMs: number,
  ) {
    this.interval = setInterval(() => this.send(), intervalMs);
    this.interval.unref();
  }

  /** Live details that watchers read from the pending activity; never history. */
  update(details: unknown): void {
    this.details = details;
    this.soon ??= setTimeout(() => this.send(), LIVE_MS).unref();
  }

  /** The same at once: what the next attempt shall find. */
  keep(details: unknown): void {
    this.details = details;
    this.send();
  }

  [Symbol.dispose](): void {
    clearInterval(this.interval);
    clearTimeout(this.soon);
  }

  private send(): void {
    clearTimeout(this.soon);
    this.soon = undefined;
    this.context.heartbeat(this.details);
  }
}
