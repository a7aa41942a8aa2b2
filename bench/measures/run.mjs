import { performance } from 'node:perf_hooks';
import { roundsOf } from '../lib/stats.mjs';

const SAMPLES = 20;
/** Of a peer whose run takes a second. */
const FEW = 3;

/** One run at a time, from start to result: two model calls without delay and one tool call. */
export async function run(bench) {
  const time = async (peer) => {
    const started = performance.now();
    await bench.execute(peer);
    return performance.now() - started;
  };
  const mcpa = await bench.peer('mcpa');
  const against = async (name, samples, goal) => {
    const peer = await bench.peer(name);
    if (peer === undefined) return [];
    return [
      {
        title: `latency of one run beside ${name}`,
        unit: 'ms',
        goal,
        peers: { ours: mcpa.title, theirs: peer.title },
        rounds: await roundsOf(bench.rounds, {
          samples,
          ours: () => time(mcpa),
          theirs: () => time(peer),
        }),
      },
    ];
  };
  return [
    ...(await against('floor', SAMPLES, { max: 1.1 })),
    ...(await against('mcp-agent', FEW, { max: 0.1 })),
    ...(await against('openai-agents', FEW)),
  ];
}
