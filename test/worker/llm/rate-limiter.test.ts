import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Limits,
  type Place,
  RateLimiter,
  type Waiting,
} from '../../../src/worker/llm/limits/rate-limiter.js';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Went {
  run: string;
  at: number;
}

/** Calls of runs on one limiter, with when each went. */
function calls(limits: Limits) {
  const limiter = new RateLimiter('anthropic', limits);
  const went: Went[] = [];
  const failed: unknown[] = [];
  const begun = performance.now();
  const ask = (run: string, more: Partial<Place> = {}) =>
    limiter.acquire({ run, tokens: 0, signal: new AbortController().signal, ...more }).then(
      () => void went.push({ run, at: performance.now() - begun }),
      (reason: unknown) => void failed.push(reason),
    );
  return { limiter, went, failed, ask };
}

describe('requests_per_minute', () => {
  test.each([1, 6, 50, 300])(
    '%i: no minute has more, and ten of waiting calls have nearly all',
    async (perMinute) => {
      const { went, ask } = calls({ requestsPerMinute: perMinute });
      for (let n = 0; n < perMinute * 12; n++) void ask(`run ${n % 7}`);
      await vi.advanceTimersByTimeAsync(10 * MINUTE);
      for (const [n, first] of went.entries()) {
        const after = went[n + perMinute];
        if (after) expect(after.at - first.at, `from call ${n} on`).toBeGreaterThanOrEqual(MINUTE - 1);
      }
      expect(went.length).toBeGreaterThan(10 * perMinute * 0.94);
    },
  );

  test('runs take turns: one with a hundred calls does not hold up one with two', async () => {
    const { went, ask } = calls({ requestsPerMinute: 6 });
    for (let n = 0; n < 100; n++) void ask('large');
    void ask('small');
    void ask('small');
    void ask('other');
    await vi.advanceTimersByTimeAsync(MINUTE);
    // The first went at once, when nobody else was there; then by turns.
    expect(went.map(({ run }) => run)).toEqual([
      'large',
      'large',
      'small',
      'other',
      'large',
      'small',
      'large',
    ]);
  });

  test('a call that is cancelled leaves its place, and the others go on', async () => {
    const { went, failed, ask } = calls({ requestsPerMinute: 6 });
    const stop = new AbortController();
    void ask('a');
    const cancelled = ask('b', { signal: stop.signal });
    void ask('c');
    await vi.advanceTimersByTimeAsync(1_000);
    stop.abort(new Error('run cancelled'));
    await cancelled;
    expect(failed).toEqual([new Error('run cancelled')]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(went.map(({ run }) => run)).toEqual(['a', 'c']);
  });

  test('tells what a call waits for, and how many go before it', async () => {
    const { ask } = calls({ requestsPerMinute: 6, tokensPerMinute: 4_000 });
    const told: Waiting[] = [];
    const onWaiting = (waiting: Waiting) => void told.push(waiting);
    for (const run of ['a', 'b', 'c']) void ask(run, { tokens: 10, onWaiting });
    expect(told).toEqual([
      { for: 'requests_per_minute', ahead: 0 },
      { for: 'requests_per_minute', ahead: 1 },
    ]);
  });
});

describe('tokens_per_minute', () => {
  test('a call waits until the tokens before it have refilled; what it used really is counted', async () => {
    const { limiter, went, ask } = calls({ tokensPerMinute: 6_000 });
    void ask('a', { tokens: 1_000 });
    void ask('b', { tokens: 1_000 });
    await vi.advanceTimersByTimeAsync(0);
    expect(went).toHaveLength(1);
    // 500 of the 1,500 are left, and 100 a second come.
    await vi.advanceTimersByTimeAsync(5_001);
    expect(went).toHaveLength(2);
    limiter.settle(2_000);
    void ask('c', { tokens: 100 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(went).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_100);
    expect(went).toHaveLength(3);
  });

  test('a request that is larger than the allowance goes when all of it is there, and no small one overtakes it', async () => {
    const { went, ask } = calls({ tokensPerMinute: 6_000 });
    void ask('first', { tokens: 1_500 });
    void ask('huge', { tokens: 50_000 });
    void ask('small', { tokens: 1 });
    await vi.advanceTimersByTimeAsync(15_001);
    expect(went.map(({ run }) => run)).toEqual(['first', 'huge']);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(went.map(({ run }) => run)).toEqual(['first', 'huge', 'small']);
  });
});

describe('retry-after', () => {
  test('holds every call of the key, and lets them go one after the other', async () => {
    const { limiter, went, ask } = calls({});
    limiter.hold(10_000);
    for (const run of ['a', 'b', 'c']) void ask(run);
    await vi.advanceTimersByTimeAsync(9_990);
    expect(went).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(went.map(({ run }) => run)).toEqual(['a', 'b', 'c']);
    expect((went[2] as Went).at - (went[0] as Went).at).toBeGreaterThanOrEqual(100);
    void ask('later');
    void ask('later still');
    await vi.advanceTimersByTimeAsync(0);
    expect(went).toHaveLength(5);
  });

  test('a long one is left to the engine: no call sits in the worker for it', async () => {
    const { limiter, went, failed, ask } = calls({ requestsPerMinute: 1 });
    void ask('went at once');
    void ask('waiting');
    limiter.hold(120_000);
    await vi.advanceTimersByTimeAsync(0);
    void ask('new');
    await vi.advanceTimersByTimeAsync(0);
    expect(went).toHaveLength(1);
    expect(failed).toMatchObject([
      { class: 'rate_limit', retryable: true, retryAfterMs: 120_000 },
      { class: 'rate_limit', retryable: true, retryAfterMs: 120_000 },
    ]);
  });
});
