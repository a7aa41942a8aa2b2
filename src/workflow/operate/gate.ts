import { type CancellationScope, condition } from '@temporalio/workflow';
import type { PauseInfo, PauseRequest } from '../../core/index.js';

/** Closed while the run is paused: what would start something new waits here. Replayed like all else. */
export class Gate {
  private info: PauseInfo | undefined;
  private openForGood = false;
  private exempt = false;
  private waiting = 0;

  constructor(private readonly changed: () => void) {}

  /** Why and since when the run is paused. */
  get paused(): PauseInfo | undefined {
    return this.openForGood ? undefined : this.info;
  }

  /** Starts that wait. */
  get held(): number {
    return this.waiting;
  }

  pause(request: PauseRequest | undefined): void {
    if (this.paused !== undefined || this.openForGood) return;
    const { by, reason } = request ?? {};
    this.info = {
      at: new Date().toISOString(),
      ...(by === undefined ? {} : { by }),
      ...(reason === undefined ? {} : { reason }),
    };
    this.changed();
  }

  /** Continues as a run that was paused. */
  restore(info: PauseInfo | undefined): void {
    this.info = info;
  }

  resume(): void {
    if (this.info === undefined) return;
    this.info = undefined;
    this.changed();
  }

  /** Cancellation opens the gate for good, so that a run can clean up. */
  openOnCancel(scope: CancellationScope): void {
    scope.cancelRequested.catch(() => {
      this.openForGood = true;
    });
  }

  /** Starts now, or when the gate opens; an open gate adds no promise, so that it costs nothing. */
  pass<T>(start: () => Promise<T>): Promise<T> {
    if (this.paused === undefined || this.exempt) return start();
    return this.wait().then(start);
  }

  /** What mcpa starts for its own sake (a question's deadline) is not held. */
  ungated<T>(start: () => T): T {
    this.exempt = true;
    try {
      return start();
    } finally {
      this.exempt = false;
    }
  }

  private async wait(): Promise<void> {
    this.waiting += 1;
    try {
      // A resume may be followed by a pause in the same activation.
      while (this.paused !== undefined) await condition(() => this.paused === undefined);
    } finally {
      this.waiting -= 1;
    }
  }
}
