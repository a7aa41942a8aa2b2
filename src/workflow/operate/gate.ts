import { type CancellationScope, condition } from '@temporalio/workflow';
import type { Carry, PauseInfo, PauseRequest, Refusal, RunState } from '../../core/index.js';

/** Closed while the run is paused: what would start something new waits here. Replayed like all else. */
export class Gate {
  private byUser: PauseInfo | undefined;
  private byProvider: PauseInfo | undefined;
  private openForGood = false;
  private exempt = false;
  private waiting = 0;

  constructor(private readonly changed: () => void) {}

  /** Why and since when the run is paused: of two reasons the one that a person must mend. */
  get paused(): PauseInfo | undefined {
    return this.openForGood ? undefined : (this.byProvider ?? this.byUser);
  }

  /** All that holds, gravest first. */
  get states(): RunState[] {
    if (this.openForGood) return [];
    return [...(this.byProvider ? (['auth'] as const) : []), ...(this.byUser ? (['paused'] as const) : [])];
  }

  get pausedByUser(): boolean {
    return this.byUser !== undefined && !this.openForGood;
  }

  /** Starts that wait. */
  get held(): number {
    return this.waiting;
  }

  pause(request: PauseRequest | undefined): void {
    if (this.byUser !== undefined || this.openForGood) return;
    const { by, reason, with: parent } = request ?? {};
    this.byUser = {
      at: new Date().toISOString(),
      kind: 'user',
      ...(by === undefined ? {} : { by }),
      ...(reason === undefined ? {} : { reason }),
      ...(parent === undefined ? {} : { with: parent }),
    };
    this.changed();
  }

  /** Closes for a provider that takes no calls; false where nothing may be held any more. */
  refuse({ kind, provider, message, fix, server }: Refusal): boolean {
    if (this.openForGood) return false;
    if (this.byProvider !== undefined) return true;
    const at = new Date().toISOString();
    this.byProvider = {
      at,
      kind,
      provider,
      message,
      ...(fix === undefined ? {} : { fix }),
      ...(server === undefined ? {} : { server }),
    };
    this.changed();
    return true;
  }

  /** Continues as a run that was paused. */
  restore({ paused, refused }: Pick<Carry, 'paused' | 'refused'>): void {
    this.byUser = paused;
    this.byProvider = refused;
  }

  /** For the run that continues this one. */
  carry(): Pick<Carry, 'paused' | 'refused'> {
    if (this.openForGood) return {};
    return {
      ...(this.byUser === undefined ? {} : { paused: this.byUser }),
      ...(this.byProvider === undefined ? {} : { refused: this.byProvider }),
    };
  }

  /** Opens, whoever closed it: what was refused is tried again. */
  resume(): void {
    if (this.byUser === undefined && this.byProvider === undefined) return;
    this.byUser = undefined;
    this.byProvider = undefined;
    this.changed();
  }

  /** Takes a person's pause back, and nothing else. */
  unpause(): void {
    if (this.byUser === undefined) return;
    this.byUser = undefined;
    this.changed();
  }

  /** Cancellation opens the gate for good, so that a run can clean up. */
  openOnCancel(scope: CancellationScope): void {
    scope.cancelRequested.catch(() => this.letPass());
  }

  /** From now on nothing is held. */
  letPass(): void {
    this.openForGood = true;
  }

  /** Waits where the gate is closed; false when it will hold nothing any more. */
  async opened(): Promise<boolean> {
    if (this.paused !== undefined) await this.wait();
    return !this.openForGood;
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
