import { ModelError } from '../errors/model-error.js';
import { Bucket } from './bucket.js';

export interface Limits {
  requestsPerMinute?: number;
  tokensPerMinute?: number;
}

/** What a call waits for, and how many calls go before it. */
export interface Waiting {
  for: 'requests_per_minute' | 'tokens_per_minute' | 'retry_after';
  ahead: number;
}

export interface Place {
  /** Runs take turns, however many calls each of them has. */
  run: string;
  /** What the call will use, as far as it is known. */
  tokens: number;
  signal: AbortSignal;
  /** Told once, where the call can't go at once. */
  onWaiting?(waiting: Waiting): void;
}

interface Waiter extends Place {
  go(): void;
  fail(reason: unknown): void;
}

/** After a provider's `Retry-After`: pause between the calls that it held back, so that they don't bring the next. */
const PACE_MS = 50;
/** A longer wait is the engine's: it costs no slot and no heartbeat there. */
const LONG_MS = 30_000;

/** The calls with one provider key, over all runs of this worker: a line for each run, served in turn. */
export class RateLimiter {
  /** In the order of their turn. */
  private readonly lines = new Map<string, Waiter[]>();
  private readonly requests: Bucket | undefined;
  private readonly tokens: Bucket | undefined;
  private heldUntil = 0;
  /** The last call that went after a hold; undefined once its line is empty. */
  private pacedFrom: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly provider: string,
    { requestsPerMinute, tokensPerMinute }: Limits,
  ) {
    const now = performance.now();
    if (requestsPerMinute !== undefined) this.requests = Bucket.ofRequests(requestsPerMinute, now);
    if (tokensPerMinute !== undefined) this.tokens = Bucket.ofTokens(tokensPerMinute, now);
  }

  get countsTokens(): boolean {
    return this.tokens !== undefined;
  }

  /** Resolves when the call may be sent. */
  acquire(place: Place): Promise<void> {
    if (place.signal.aborted) return Promise.reject(place.signal.reason);
    const now = performance.now();
    if (this.heldUntil - now > LONG_MS) return Promise.reject(this.heldBack(0));
    if (this.lines.size === 0 && this.next(place, now).ms === 0) {
      this.take(place, now);
      return Promise.resolve();
    }
    return this.enqueue(place, now);
  }

  /** The provider asked to wait: nothing with its key goes before. */
  hold(ms: number): void {
    this.heldUntil = Math.max(this.heldUntil, performance.now() + ms);
    this.pacedFrom = 0;
    if (ms > LONG_MS) for (const [n, waiter] of this.waiters().entries()) waiter.fail(this.heldBack(n));
    this.pump();
  }

  /** A call used more than was reserved for it, or less. */
  settle(difference: number): void {
    this.tokens?.take(difference, performance.now());
    this.pump();
  }

  private enqueue(place: Place, now: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        place.signal.removeEventListener('abort', aborted);
        const rest = (this.lines.get(place.run) ?? []).filter((each) => each !== waiter);
        if (rest.length > 0) this.lines.set(place.run, rest);
        else this.lines.delete(place.run);
      };
      const aborted = (): void => waiter.fail(place.signal.reason);
      const waiter: Waiter = {
        ...place,
        go: () => {
          leave();
          resolve();
        },
        fail: (reason) => {
          leave();
          reject(reason);
          this.pump();
        },
      };
      place.onWaiting?.({ for: this.next(place, now).why, ahead: this.waiters().length });
      place.signal.addEventListener('abort', aborted, { once: true });
      this.lines.set(place.run, [...(this.lines.get(place.run) ?? []), waiter]);
      this.pump();
    });
  }

  private pump(): void {
    clearTimeout(this.timer);
    for (const now = performance.now(); ; ) {
      const [first] = this.lines;
      const [run, [waiter] = []] = first ?? [];
      if (run === undefined || waiter === undefined) break;
      // Strictly in turn: a small call that overtakes a large one would starve it.
      const { ms } = this.next(waiter, now);
      if (ms > 0) {
        this.timer = setTimeout(() => this.pump(), ms);
        return;
      }
      this.take(waiter, now);
      waiter.go();
      const rest = this.lines.get(run);
      if (rest === undefined) continue;
      // The run goes to the end of the line of runs.
      this.lines.delete(run);
      this.lines.set(run, rest);
    }
    if (this.heldUntil <= performance.now()) this.pacedFrom = undefined;
  }

  /** How long a call has to wait as the next one, and for what. */
  private next({ tokens }: Place, now: number): { ms: number; why: Waiting['for'] } {
    const paced = this.pacedFrom === undefined ? 0 : this.pacedFrom + PACE_MS;
    const waits = [
      { ms: Math.ceil(Math.max(this.heldUntil, paced) - now), why: 'retry_after' as const },
      { ms: this.requests?.msUntil(1, now) ?? 0, why: 'requests_per_minute' as const },
      { ms: this.tokens?.msUntil(tokens, now) ?? 0, why: 'tokens_per_minute' as const },
    ];
    const longest = waits.reduce((most, each) => (each.ms > most.ms ? each : most));
    return { ms: Math.max(0, longest.ms), why: longest.why };
  }

  private take({ tokens }: Place, now: number): void {
    this.requests?.take(1, now);
    this.tokens?.take(tokens, now);
    if (this.pacedFrom !== undefined) this.pacedFrom = now;
  }

  private waiters(): Waiter[] {
    return [...this.lines.values()].flat();
  }

  private heldBack(place: number): ModelError {
    const left = Math.max(0, this.heldUntil - performance.now());
    return new ModelError('rate_limit', `${this.provider} asked to wait ${Math.ceil(left / 1_000)} s more`, {
      retryAfterMs: Math.ceil(left + place * PACE_MS),
    });
  }
}
