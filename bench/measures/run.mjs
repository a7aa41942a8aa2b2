import { performance } from 'node:perf_hooks';
import { roundsOf } from '../lib/stats.mjs';

const SAMPLES = 20;

/** One run at a time, from start to result: two model calls without delay and one tool call. */
export async function run(bench) {
  const peers = await bench.workers();
  const time = async (peer) => {
    const started = performance.now();
    await bench.execute(peer);
    return performance.now() - started;
  };
  const ours = () => time(peers.ours);
  const theirs = () => time(peers.theirs);
  return [
    {
      title: 'latency of one run',
      unit: 'ms',
      goal: { max: 1.2 },
      peers: { ours: 'agent: 2 model calls, 1 tool call', theirs: 'hand-written: the same 3 activities' },
      rounds: await roundsOf(bench.rounds, { samples: SAMPLES, ours, theirs }),
    },
  ];
}
