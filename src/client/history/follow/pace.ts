const FASTEST_MS = 150;
const SLOWEST_MS = 2_000;
/** A tail asks for at most this share of the time: when many watch, answers come late, and each asks less. */
const SHARE = 0.05;
/** Weight of the newest answer in the mean. */
const NEWEST = 0.3;

/** How often the runs of one tail are asked for what is live. A client can't know of others, but it sees the engine slow down. */
export class Pace {
  #meanMs = 0;
  #watched = 0;

  /** One more run of this tail streams; dispose when it no longer does. */
  watch(): Disposable {
    this.#watched += 1;
    return {
      [Symbol.dispose]: () => {
        this.#watched -= 1;
      },
    };
  }

  async measure<T>(call: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await call();
    } finally {
      const ms = performance.now() - begun;
      this.#meanMs = this.#meanMs === 0 ? ms : this.#meanMs * (1 - NEWEST) + ms * NEWEST;
    }
  }

  /** Milliseconds to the next question about one run. */
  intervalMs(): number {
    const runs = Math.max(1, this.#watched);
    return Math.min(SLOWEST_MS, Math.max(FASTEST_MS, (this.#meanMs * runs) / SHARE, runs * 100));
  }
}
