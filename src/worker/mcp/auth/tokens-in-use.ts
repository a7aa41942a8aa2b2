const MOST = 500;

/** Tokens and headers that this worker sent: what a server repeats of them must not reach history or a log. */
export class TokensInUse {
  readonly #values = new Set<string>();
  #list: readonly string[] = [];

  add(...values: string[]): void {
    const fresh = values.filter((value) => !this.#values.has(value));
    if (fresh.length === 0) return;
    for (const value of fresh) this.#values.add(value);
    for (const oldest of this.#values) {
      if (this.#values.size <= MOST) break;
      this.#values.delete(oldest);
    }
    this.#list = [...this.#values];
  }

  /** The same array until one is added. */
  get list(): readonly string[] {
    return this.#list;
  }
}
