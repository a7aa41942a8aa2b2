import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { handWrittenBundle } from '../lib/peers.mjs';
import { alternate } from '../lib/stats.mjs';

const BURST = 100;
const HELD = 200;
const WISHES = { turns: 1, bytes: 2_000 };

/** What a run costs its worker: CPU of the process, and memory while it stays open and cached. */
export async function memory(bench) {
  let started = 0;
  const cost = async (name) => {
    // A new worker each time: memory that was freed once is used again, and would hide what runs take.
    const peer = await bench.start(name, `memory-${name}-${++started}`, { gc: true });
    try {
      await bench.warm(peer);
      const cpu = peer.worker.cpuMs();
      await Promise.all(Array.from({ length: BURST }, () => bench.execute(peer, WISHES)));
      const cpuPerRun = (peer.worker.cpuMs() - cpu) / BURST;
      const before = await peer.worker.rssAfterGc();
      const held = await Promise.all(
        Array.from({ length: HELD }, () => bench.begin(peer, { type: 'HeldWorkflow', ...WISHES })),
      );
      for (const { handle } of held) await until(async () => peer.worker.ended || isHeld(handle));
      const perRun = ((await peer.worker.rssAfterGc()) - before) / HELD / 1024;
      await Promise.all(held.map(({ handle }) => handle.signal('release')));
      for (const run of held) {
        const ending = await bench.ending(run);
        if (ending !== 'done') throw new Error(`${run.id} ended with ${ending}`);
      }
      return { cpu: cpuPerRun, memory: perRun, idle: before / 2 ** 20 };
    } finally {
      await peer.worker.stop();
    }
  };
  const taken = await alternate(bench.rounds, { ours: () => cost('mcpa'), theirs: () => cost('floor') });
  const measure = (title, unit, key, goal) => ({
    title,
    unit,
    digits: 1,
    goal,
    peers: { ours: 'mcpa', theirs: 'floor' },
    rounds: taken.map(({ ours, theirs }) => ({ ours: ours[key], theirs: theirs[key] })),
  });
  return [
    measure('worker CPU per run', 'ms', 'cpu', { max: 1.2 }),
    measure('memory per cached run', 'KiB', 'memory', { max: 1.2 }),
    measure(`worker memory after ${BURST} runs`, 'MiB', 'idle'),
    {
      title: 'workflow bundle',
      unit: 'KiB',
      digits: 0,
      peers: { ours: 'mcpa', theirs: 'floor' },
      rounds: [{ ours: await mcpaBundle(bench), theirs: kib(await handWrittenBundle(bench.dir, 'floor')) }],
    },
  ];
}

/** Its answer is in: nothing more to do until it is released. */
async function isHeld(handle) {
  const { raw } = await handle.describe();
  const { workflowExecutionInfo: info, pendingActivities, pendingWorkflowTask } = raw;
  return Number(info.historyLength) > 20 && pendingActivities.length === 0 && !pendingWorkflowTask;
}

async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 100));
}

const kib = (file) => statSync(file).size / 1024;

/** The largest file of the project's bundle cache is the bundle itself. */
async function mcpaBundle(bench) {
  const dir = join(bench.dir, 'project', '.mcpa');
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  return Math.max(
    ...files
      .filter((each) => each.isFile())
      .map((each) => kib(join(each.parentPath ?? each.path, each.name))),
  );
}
