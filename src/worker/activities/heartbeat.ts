import type { Context } from '@temporalio/activity';

/** Heartbeats from the first moment on, so that a dead worker is noticed in seconds. */
export class Heartbeat {
  private readonly timer: NodeJS.Timeout;
  private details: unknown;

  constructor(
    private readonly context: Context,
    intervalMs: number,
  ) {
    context.heartbeat();
    this.timer = setInterval(() => context.heartbeat(this.details), intervalMs);
    this.timer.unref();
  }

  /** Live details that watchers read from the pending activity; never history. */
  update(details: unknown): void {
    this.details = details;
    this.context.heartbeat(details);
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }
}
