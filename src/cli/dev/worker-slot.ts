import type { WorkerProcess } from './worker-process.js';

/** Holds the one worker that serves, and those before it: they drain, or are kept for runs of their version. */
export class WorkerSlot implements AsyncDisposable {
  #current: WorkerProcess | undefined;
  readonly #kept = new Set<WorkerProcess>();
  readonly #draining = new Map<WorkerProcess, Promise<void>>();
  #report: (status: number) => void = () => undefined;

  /** Resolves when the one before has ended. */
  async replace(next: WorkerProcess): Promise<void> {
    const before = this.#current;
    this.#serve(next);
    if (before) await this.#drain(before);
  }

  /** As `replace`, but the one before is kept, unless the next is of its version. */
  succeed(next: WorkerProcess): void {
    const before = this.#current;
    this.#serve(next);
    if (before && before.buildId !== next.buildId) {
      this.#kept.add(before);
      void before.exited.then(() => this.#kept.delete(before));
    } else if (before) void this.#drain(before);
    for (const kept of this.#kept) if (kept.buildId === next.buildId) void this.#drain(kept);
  }

  /** The worker that serves; undefined too when it has ended by itself. */
  get current(): WorkerProcess | undefined {
    return this.#current?.running ? this.#current : undefined;
  }

  /** Versions whose worker is kept. */
  get kept(): string[] {
    return [...new Set([...this.#kept].flatMap(({ buildId }) => buildId ?? []))];
  }

  /** Ends the workers that are kept for a version. */
  async release(buildId: string): Promise<void> {
    const those = [...this.#kept].filter((worker) => worker.buildId === buildId);
    await Promise.all(those.map((worker) => this.#drain(worker)));
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
    for (const worker of [...this.#kept, ...this.#draining.keys()]) worker.kill();
  }

  #serve(next: WorkerProcess): void {
    this.#current = next;
    void next.exited.then((status) => {
      if (this.#current === next) this.#report(status);
    });
  }

  async #drain(worker: WorkerProcess): Promise<void> {
    this.#kept.delete(worker);
    const draining = worker[Symbol.asyncDispose]();
    this.#draining.set(worker, draining);
    await draining.finally(() => this.#draining.delete(worker));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const last = this.#current;
    this.#current = undefined;
    for (const worker of [...this.#kept, ...(last ? [last] : [])]) void this.#drain(worker);
    await Promise.all(this.#draining.values());
  }
}
