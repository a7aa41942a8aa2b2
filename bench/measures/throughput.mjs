import { performance } from 'node:perf_hooks';

const AT_ONCE = 200;

/** Two hundred runs started at once: runs a second, and the CPU that the worker process took for each. */
export async function throughput(bench) {
  const peers = await bench.workers();
  const burst = async (peer) => {
    const cpu = peer.worker.cpuMs();
    const started = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, () => bench.execute(peer)));
    const seconds = (performance.now() - started) / 1_000;
    return { rate: AT_ONCE / seconds, cpu: (peer.worker.cpuMs() - cpu) / AT_ONCE };
  };
  const taken = [];
  for (let n = 0; n < bench.rounds; n++) {
    const round = {};
    for (const side of n % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours']) {
      round[side] = await burst(peers[side]);
    }
    taken.push(round);
  }
  const rounds = (key) => taken.map(({ ours, theirs }) => ({ ours: ours[key], theirs: theirs[key] }));
  const names = { ours: 'mcpa worker', theirs: 'hand-written worker' };
  const measures = [
    {
      title: `${AT_ONCE} at once`,
      unit: 'runs/s',
      goal: { min: 0.85 },
      peers: names,
      rounds: rounds('rate'),
    },
  ];
  // Without /proc there is no figure for the CPU.
  if (!Number.isNaN(taken[0].ours.cpu)) {
    const title = 'worker CPU per run';
    measures.push({ title, unit: 'ms', digits: 2, goal: { max: 1.3 }, peers: names, rounds: rounds('cpu') });
  }
  return measures;
}
