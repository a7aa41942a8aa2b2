import { roundsOf } from '../../lib/stats.mjs';

const SAMPLES = 2;

/** From the start of the process to its ready line, both with their bundle on disk. */
export async function workerStart(bench) {
  const started = async (start, ready) => {
    const worker = await start();
    const ms = await worker.until(ready);
    await worker.stop();
    return ms;
  };
  const ours = () => started(() => bench.worker('mcpa', 'start-mcpa'), /ready .*bundle cached/);
  const theirs = () => started(() => bench.worker('floor', 'start-floor'), /ready/);
  await started(() => bench.worker('mcpa', 'start-mcpa'), /ready/); // fills the cache
  await theirs();
  return [
    {
      title: 'worker start to ready line',
      unit: 'ms',
      digits: 0,
      goal: { max: 1.15 },
      peers: { ours: 'mcpa worker, cached bundle', theirs: 'hand-written worker, prebuilt bundle' },
      rounds: await roundsOf(bench.rounds, { samples: SAMPLES, ours, theirs }),
    },
  ];
}
