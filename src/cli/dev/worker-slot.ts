import type { WorkerProcess } from './worker-process.js';

/** Holds the one worker that serves; the one before it drains on its own. */
export class WorkerSlot implements AsyncDisposable {
  #current: WorkerProcess | undefined;
  readonly #draining = new Map<WorkerProcess, Promise<void>>();
  #report: (status: number) => void = () => undefined;

  /** Resolves when the one before has ended. */
  async replace(next: WorkerProcess): Promise<void> {
    const before = this.#current;
    this.#current = next;
    void next.exited.then((status) => {
      if (this.#current === next) this.#report(status);
    });
    if (!before) return;
    const draining = before[Symbol.asyncDispose]();
    this.#draining.set(before, draining);
    await draining.finally(() => this.#draining.delete(before));
  }

  /** Settles when the serving worker ends without having been replaced. */
  lost(): Promise<number> {
    return new Promise((resolve) => {
      this.#report = resolve;
    });
  }

  /** For the second Ctrl-C: whatever they are doing. */
  kill(): void {
    this.#current?.kill();
    for (const worker of this.#draining.keys()) worker.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#current;
    this.#current = undefined;
    if (last) this.#draining.set(last, last[Symbol.asyncDispose]());
    await Promise.all(this.#draining.values());
  }
}
