import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { mcpaBin } from '../../lib/bench.mjs';
import { roundsOf } from '../../lib/stats.mjs';

const SAMPLES = 5;

function time(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

/** What a user waits for before a first word: `mcpa --help` against an empty Node process. */
export async function help(bench) {
  const ours = () => time([mcpaBin, '--help']);
  const theirs = () => time(['-e', '0']);
  ours();
  theirs();
  return [
    {
      title: 'start of the command',
      unit: 'ms',
      goal: { max: 1.3 },
      peers: { ours: 'mcpa --help', theirs: 'node -e 0' },
      rounds: await roundsOf(bench.rounds, { samples: SAMPLES, ours, theirs }),
    },
  ];
}
