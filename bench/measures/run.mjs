import { performance } from 'node:perf_hooks';
import { roundsOf } from '../lib/stats.mjs';

const SAMPLES = 20;
/** Of a peer whose run takes a second. */
const FEW = 3;
const TRIES = 5;

/** One run at a time, from start to result: two model calls without delay and one tool call. */
export async function run(bench) {
  /** Runs that went wrong are not timed: mcp-agent has such, with no tools for the model. */
  const time = async (peer) => {
    for (let tries = 0; tries < TRIES; tries++) {
      const started = performance.now();
      if (await bench.attempt(peer)) return performance.now() - started;
      bench.note(`run: one of ${peer.name} went wrong`);
    }
    throw new Error(`${peer.name} went wrong ${TRIES} times in a row`);
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
