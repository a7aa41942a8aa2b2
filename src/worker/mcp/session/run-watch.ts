const FIRST_MS = 2_000;
const LONGEST_MS = 30_000;

/** When to look again whether a session's run is open: soon after a call, ever more seldom in a long pause. */
export class RunWatch {
  #lookedAt = 0;
  #looking = false;

  /** True when it is time to look; then `looked` must follow. */
  isDue(idleMs: number): boolean {
    const pause = Math.min(LONGEST_MS, Math.max(FIRST_MS, idleMs / 2));
    if (this.#looking || idleMs < FIRST_MS || Date.now() - this.#lookedAt < pause) return false;
    this.#looking = true;
    return true;
  }

  looked(): void {
    this.#looking = false;
    this.#lookedAt = Date.now();
  }

  used(): void {
    this.#lookedAt = 0;
  }
}
