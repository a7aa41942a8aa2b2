import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Provider } from './outside/provider.mjs';
import { planOf } from './plan/plan.mjs';
import { Ground } from './seed/lane.mjs';
import { runSeed } from './seed/run-seed.mjs';
import { verdictOf } from './seed/verdict.mjs';
import { Samples, slope } from './soak/samples.mjs';

/** A kill of the worker and one of an MCP server; each with one worker, two runs, and faults of models and tools. */
const SEEDS = [75, 115];
/** On a machine that is short of time. */
const PATIENCE_MS = 400_000;

describe('schedules', () => {
  test('a seed has the same schedule each time, and another seed another one', () => {
    expect(planOf(7)).toEqual(planOf(7));
    expect(planOf(7)).not.toEqual(planOf(8));
  });

  test('two hundred seeds are five hundred runs, with every kind of fault and of action', () => {
    const plans = Array.from({ length: 200 }, (_, n) => planOf(n + 1));
    expect(plans.flatMap(({ runs }) => runs)).toHaveLength(500);
    const text = JSON.stringify(plans);
    for (const kind of ['kill', 'term', 'stop', 'engine', 'server', 'partition'])
      expect(text).toContain(`"kind":"${kind}"`);
    for (const fault of ['rate', 'error500', 'overloaded', 'half', 'reset', 'garbage', 'huge', 'never'])
      expect(text).toContain(`"fault":"${fault}"`);
    for (const fault of ['die_before', 'die_after', 'noise']) expect(text).toContain(`"fault":"${fault}"`);
  });
});

describe('under faults', () => {
  let provider: Provider;
  let ground: Ground;

  beforeAll(async () => {
    provider = await new Provider().open();
    ground = new Ground();
  });
  afterAll(async () => {
    await provider.close();
    ground.remove();
  });

  test(
    'C1, C3: nothing is lost, wrong, doubled or left',
    async () => {
      // The suite's engine, which is never killed here.
      const port = Number(inject('engine').address.split(':').at(-1));
      const lane = { ...ground, port, up: Promise.resolve() };
      const verdicts = await Promise.all(
        SEEDS.map(async (seed) => verdictOf(await runSeed(planOf(seed), lane, provider))),
      );
      for (const verdict of verdicts) {
        expect(verdict, verdict.problems.join('\n')).toMatchObject({
          runs: 2,
          lost: 0,
          wrong: 0,
          doubled: 0,
          left: 0,
          badExits: 0,
          problems: [],
        });
      }
      expect(verdicts.flatMap(({ acted }) => acted).sort()).toEqual(['kill', 'server']);
    },
    PATIENCE_MS,
  );

  test('the verdict sees what must not be', async () => {
    const plan = planOf(75);
    const [run] = plan.runs;
    const effect = { at: 0, what: 'effect', key: 'k', tool: 'once', idem: 'i', nonce: 'n', pid: 1, ppid: 1 };
    const seen = {
      plan: { ...plan, runs: [run, run] },
      endings: [{ result: { main: 'no', answer: 'no', fan: [], last: '' } }, {}],
      held: [undefined, undefined],
      requests: [],
      effects: [effect, { ...effect, nonce: 'm' }],
      kills: [],
      noticed: [],
      terms: [{ status: 1, tookMs: 1, log: 'l' }],
      surprises: [],
      acted: [],
      left: [1],
      tookMs: 1,
    };
    expect(verdictOf(seen)).toMatchObject({ lost: 1, wrong: 1, doubled: 1, left: 1, badExits: 1 });
  });
});

describe('the soak', () => {
  test('growth is seen through peaks', () => {
    const steady = Array.from({ length: 100 }, (_, n) => [n, n === 50 ? 500 : 100] as [number, number]);
    expect(slope(steady)).toBe(0);
    expect(slope(steady.map(([x, y]) => [x, y + 2 * x]))).toBeCloseTo(2);
  });

  test('a process that grows is judged by its last half', () => {
    const samples = new Samples();
    const line = (n: number) => ({
      seconds: n * 5,
      steady: { rss: 100e6, fds: 20, children: 2 },
      growing: { rss: 100e6 + n * 1e6, fds: 20 + n, children: 2 },
    });
    samples.lines = Array.from({ length: 60 }, (_, n) => line(n)) as never;
    expect(samples.verdict('steady')).toMatchObject({ good: true, fds: 0, children: 0 });
    expect(samples.verdict('growing')).toMatchObject({ good: false });
  });
});
