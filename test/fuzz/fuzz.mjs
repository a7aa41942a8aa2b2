import { Worker } from 'node:worker_threads';
import { randomOf } from './random.mjs';

export const ROOMS = ['config', 'provider', 'mcp', 'history'];
/** A case that computes longer, or waits much longer, hangs; a busy machine alone makes no hang. */
const HANG = { computesMs: 20_000, waitsMs: 300_000 };

/**
 * So many cases of a room: how they came out, and those that broke its promise, with the seed that does each again.
 */
export async function fuzz(name, { cases, seed, only, onCase = () => {} }) {
  const { open } = await import(`./rooms/${name}.mjs`);
  const room = await open({ seed });
  const outcomes = new Map();
  const failures = [];
  let slowestMs = 0;
  let current = 0;
  const fail = (error, number = current) => failures.push({ number, seed, error });
  const stray = (error) =>
    fail(new Error('a promise was rejected, and nobody waits for it', { cause: error }));
  process.on('unhandledRejection', stray);
  process.on('uncaughtException', stray);
  const watch = watchdog(name, seed);
  try {
    for (current = only ?? 0; current < (only === undefined ? cases : only + 1); current++) {
      watch.begin(current);
      const started = performance.now();
      try {
        const outcome = await room.one(randomOf(seed, current), current);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (error) {
        fail(error);
      }
      slowestMs = Math.max(slowestMs, performance.now() - started);
      onCase(current, failures.length);
    }
    // A rejection of the last case shows one turn later.
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    await watch.end();
    await room.close();
    process.off('unhandledRejection', stray);
    process.off('uncaughtException', stray);
  }
  return { outcomes: Object.fromEntries([...outcomes].sort()), failures, slowestMs: Math.round(slowestMs) };
}

/** A loop without end stops this thread and its timers: another one tells which case it is, and ends the process. */
function watchdog(name, seed) {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const thread = new Worker(
    `const { workerData: { shared, name, seed, most } } = require('node:worker_threads');
    let seen = -1, since = Date.now(), used = process.cpuUsage();
    setInterval(() => {
      const [number, turn] = shared;
      if (turn !== seen) { seen = turn; since = Date.now(); used = process.cpuUsage(); return; }
      const { user } = process.cpuUsage(used);
      if (turn > 0 && (user / 1_000 > most.computesMs || Date.now() - since > most.waitsMs)) {
        require('node:fs').writeSync(2, 'hangs: npm run fuzz -- ' + name + ' --seed ' + seed + ' --case ' + number + String.fromCharCode(10));
        process.kill(process.pid, 'SIGKILL');
      }
    }, 500);`,
    { eval: true, workerData: { shared, name, seed, most: HANG } },
  );
  thread.unref();
  return {
    begin(number) {
      shared[0] = number;
      shared[1]++;
    },
    end: () => thread.terminate(),
  };
}
