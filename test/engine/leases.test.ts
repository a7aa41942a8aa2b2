import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { answers, findEngine, joinEngine, shareEngine } from '../../src/engine/index.js';
import { isAlive } from '../../src/engine/process/groups.js';
import { claimPort } from '../../src/engine/process/ports.js';
import { type Holder, startHolder } from './holder.js';

let binary: string;
let project: string;
let port: number;
let holders: Holder[];

beforeAll(async () => {
  binary = (await findEngine()).path;
});
beforeEach(async () => {
  project = mkdtempSync(join(tmpdir(), 'mcpa-leases-'));
  // Who serves which port is kept for the user: these ports are nobody else's business.
  vi.stubEnv('MCPA_CACHE_DIR', join(project, 'cache'));
  port = (await claimPort(0, '127.0.0.1'))!;
  holders = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const { child } of holders) child.kill('SIGKILL');
  rmSync(project, { recursive: true, force: true });
});

/** The same choices for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const seeds = process.env.MCPA_TEST_SEED ? [Number(process.env.MCPA_TEST_SEED)] : [1, 20_261_123];

describe('one engine, many holders', () => {
  test.each(seeds)('seed %i: nobody who holds it ever loses it, and the last one ends it', async (seed) => {
    const next = random(seed);
    const pids = new Set<number>();
    const leave = (holder: Holder) => {
      holders = holders.filter((other) => other !== holder);
      if (next() < 0.5) holder.child.kill('SIGKILL');
      else holder.child.stdin?.end();
    };
    const enter = async () => {
      const how = next() < 0.5 ? 'share' : 'join';
      const holder = await startHolder(project, binary, String(port), how);
      if (holder.pid === undefined) {
        // A neighbour that came when nobody was there.
        holder.child.stdin?.end();
        return;
      }
      pids.add(holder.pid);
      holders.push(holder);
    };
    for (let step = 0; step < 12; step++) {
      // Some leave while others enter, in the same moment.
      const leaving = holders.filter(() => next() < 0.5);
      const entering = Array.from({ length: 1 + Math.floor(next() * 2) }, enter);
      for (const holder of leaving) leave(holder);
      await Promise.all(entering);
      const here = holders.map(async ({ pid, address }) => isAlive(pid!) && (await answers(address!)));
      expect(await Promise.all(here), `step ${step}, engines ${[...pids]}`).toEqual(holders.map(() => true));
    }
    await Promise.all(
      [...holders].map((holder) => {
        leave(holder);
        return holder.gone;
      }),
    );
    await expect.poll(() => [...pids].filter(isAlive), { timeout: 15_000 }).toEqual([]);
  });

  test('a neighbour that joined keeps the engine when its own project is done', async () => {
    const own = await startHolder(project, binary, String(port));
    holders.push(own);
    const joined = await joinEngine(port);
    expect(joined).toMatchObject({ pid: own.pid, address: own.address, started: false });
    own.child.stdin?.end();
    await own.gone;
    expect(await answers(own.address!)).toBe(true);
    await joined!.stop();
    expect(isAlive(own.pid!)).toBe(false);
    expect(await joinEngine(port)).toBeUndefined();
  });

  test('two projects that start on one port at once: one starts, the other is told and joins', async () => {
    const other = mkdtempSync(join(tmpdir(), 'mcpa-leases-'));
    try {
      const starts = [project, other].map((projectDir) =>
        shareEngine({ projectDir, binary, port, headless: true }),
      );
      const settled = await Promise.allSettled(starts);
      const [winner] = settled.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
      const [refused] = settled.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
      expect(refused).toMatchObject({ code: 'PORT_IN_USE' });
      const joined = await joinEngine(port);
      expect(joined).toMatchObject({ pid: winner!.pid });
      await winner!.stop();
      expect(await answers(joined!.address)).toBe(true);
      await joined!.stop();
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test('a lock whose holder was killed keeps no engine alive', async () => {
    const own = await startHolder(project, binary, String(port));
    holders.push(own);
    symlinkSync('999999999.dead', join(project, '.mcpa', 'engine.lock'));
    own.child.kill('SIGKILL');
    await expect.poll(() => isAlive(own.pid!), { timeout: 8000 }).toBe(false);
  });
});
