import { performance } from 'node:perf_hooks';
import { alternate } from '../lib/stats.mjs';

const WISHES = { turns: 1, bytes: 2_000, delayMs: 50 };
/** A run that has not ended by then counts as wrong: some of mcp-agent's never end. */
const PATIENCE_MS = 150_000;

/** Two hundred runs at once; mcp-agent, whose worker makes seven a second, takes half a minute for them. */
export const crowd = (bench) => atOnce(bench, 200, true);

export const crowd1000 = (bench) => atOnce(bench, 1_000, false);

/** Many runs started at once on one worker: correct runs a second, from the first start to the last result. */
async function atOnce(bench, count, withPython) {
  const mcpa = await bench.peer('mcpa');
  const floor = await bench.peer('floor');
  const python = withPython ? await bench.peer('mcp-agent') : undefined;
  const wrong = new Map();
  const rate = async (peer) => {
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
  const beside = async (peer, goal) => ({
    title: `${count} at once beside ${peer.name}, correct`,
    unit: 'runs/s',
    goal,
    peers: { ours: mcpa.title, theirs: peer.title },
    rounds: await alternate(bench.rounds, { ours: () => rate(mcpa), theirs: () => rate(peer) }),
  });
  const measures = [await beside(floor, { min: 0.9 })];
  if (python) measures.push(await beside(python, { min: 5 }));
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
