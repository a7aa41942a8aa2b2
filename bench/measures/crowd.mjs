import { performance } from 'node:perf_hooks';
import { alternate } from '../lib/stats.mjs';

const CROWDS = [200, 1_000];
const WISHES = { turns: 1, bytes: 2_000, delayMs: 50 };
/** A run that has not ended by then counts as wrong: some of mcp-agent's never end. */
const PATIENCE_MS = 150_000;

/** Many runs started at once on one worker: correct runs a second, from the first start to the last result. */
export async function crowd(bench) {
  const mcpa = await bench.peer('mcpa');
  const floor = await bench.peer('floor');
  const python = await bench.peer('mcp-agent');
  const wrong = new Map();
  const rate = async (peer, count) => {
    const started = performance.now();
    let last = started;
    let right = 0;
    const runs = Array.from({ length: count }, async () => {
      if (!(await bench.attempt(peer, WISHES, PATIENCE_MS))) return;
      right++;
      last = performance.now();
    });
    await Promise.all(runs);
    wrong.set(peer, (wrong.get(peer) ?? 0) + count - right);
    return (right * 1_000) / (last - started);
  };
  const beside = async (peer, count, goal) => ({
    title: `${count} at once beside ${peer.name}, correct`,
    unit: 'runs/s',
    goal,
    peers: { ours: mcpa.title, theirs: peer.title },
    rounds: await alternate(bench.rounds, { ours: () => rate(mcpa, count), theirs: () => rate(peer, count) }),
  });
  const measures = [];
  for (const count of CROWDS) measures.push(await beside(floor, count, { min: 0.9 }));
  if (python) measures.push(await beside(python, CROWDS[0], { min: 5 }));
  for (const peer of [mcpa, floor, python].filter(Boolean)) {
    measures.push({
      title: `${peer.name}: runs that were wrong or never ended`,
      unit: 'runs',
      digits: 0,
      value: wrong.get(peer) ?? 0,
      ...(peer === mcpa && { goal: { max: 0 } }),
    });
  }
  return measures;
}
