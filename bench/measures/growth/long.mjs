import { setTimeout as sleep } from 'node:timers/promises';

const TURNS = 1_000;
const EARLY = 200;
const BYTES = 2_000;
/** The last answer waits for so long: the run is still in the worker's cache while its memory is read. */
const LAST_MS = 15_000;
const MIB = 2 ** 20;

/** A thousand turns under one workflow id: that it ends, the worker's memory on the way, and every run's history. */
export async function long(bench) {
  const mcpa = await thousand(bench, 'mcpa');
  const floor = await thousand(bench, 'floor');
  const largest = Math.max(...mcpa.runs.map(({ bytes }) => bytes));
  const memory = ({ early, late }) =>
    `${(early.rss / MIB).toFixed(0)} MiB (${early.heaps}), ${(late.rss / MIB).toFixed(0)} MiB (${late.heaps}); heap+external+buffers in MiB`;
  const ratio = ({ early, late }) => late.rss / early.rss;
  return [
    {
      title: 'completes',
      unit: '(1: yes)',
      digits: 0,
      value: mcpa.ending === 'done' ? 1 : 0,
      goal: { min: 1 },
      note: mcpa.ending === 'done' ? `in ${mcpa.seconds.toFixed(0)} s` : mcpa.ending,
    },
    {
      title: `memory at turn ${TURNS} by that at turn ${EARLY}`,
      unit: '×',
      digits: 2,
      value: ratio(mcpa),
      goal: { max: 1.1 },
      note: memory(mcpa),
    },
    { title: 'the same of the floor', unit: '×', digits: 2, value: ratio(floor), note: memory(floor) },
    {
      title: 'history of the largest run',
      unit: 'MB',
      digits: 2,
      value: largest / 1e6,
      goal: { max: 4 },
      note: `${mcpa.runs.length} runs`,
    },
    {
      title: 'Runs of the chain',
      columns: ['workflow id', 'type', 'status', 'events', 'history, bytes'],
      rows: mcpa.runs.map(({ id, type, status, events, bytes }) => [id, type, status, events, bytes]),
    },
  ];
}

async function thousand(bench, name) {
  const peer = await bench.start(name, `long-${name}`, { gc: true });
  try {
    await bench.warm(peer);
    const started = Date.now();
    const run = await bench.begin(peer, { turns: TURNS, bytes: BYTES, lastDelayMs: LAST_MS });
    const ended = bench.ending(run).catch((error) => error.cause?.message ?? error.message);
    let over = false;
    ended.finally(() => {
      over = true;
    });
    const memoryAt = async (turn) => {
      while (!over && (await bench.turnsOf(run.id)) < turn) await sleep(100);
      const rss = over ? Number.NaN : await peer.worker.rssAfterGc();
      return { rss, heaps: peer.worker.heaps };
    };
    const early = await memoryAt(EARLY);
    const late = await memoryAt(TURNS);
    const ending = await ended;
    const seconds = (Date.now() - started - LAST_MS) / 1_000;
    const runs = name === 'mcpa' ? await runsOf(bench, run.id) : [];
    return { early, late, ending, seconds, runs };
  } finally {
    await peer.worker.stop();
  }
}

/** Every run that this one's id stands for: its own, those that continue it, and its agents' in child workflows. */
async function runsOf(bench, rootId) {
  const client = await bench.client();
  // The list is behind history by a moment.
  await sleep(3_000);
  const runs = [];
  for await (const each of client.workflow.list({ query: `RootWorkflowId = '${rootId}'` })) {
    const { historySize, historyLength } = await client.workflow
      .getHandle(each.workflowId, each.runId)
      .describe();
    const { workflowId: id, type, status } = each;
    runs.push({
      id,
      type,
      status: status.name,
      events: historyLength,
      bytes: historySize,
      at: each.startTime,
    });
  }
  return runs.sort((a, b) => a.at - b.at);
}
