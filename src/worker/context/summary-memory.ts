import type { Summary } from './summary.js';

/** Retries come soon, or to another worker. */
const MOST = 100;

/** Summaries whose request failed afterwards: its next attempt need not pay for them again. */
export class SummaryMemory {
  readonly #kept = new Map<string, Summary>();

  /** The summary of this key, made when there is none. */
  async of(key: string, make: () => Promise<Summary>): Promise<Summary> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const summary = await make();
    if (this.#kept.size >= MOST) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(key, summary);
    return summary;
  }

  /** The request was answered: its summaries stand in history now. */
  forget(prefix: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(prefix)) this.#kept.delete(key);
  }
}
