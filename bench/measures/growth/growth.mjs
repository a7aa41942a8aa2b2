import { setTimeout as sleep } from 'node:timers/promises';
import { gaps, turnStarts } from '../../lib/history.mjs';
import { PEERS } from '../../lib/peers.mjs';
import { plot } from '../../lib/plot.mjs';
import { median } from '../../lib/stats.mjs';

const TURNS = 300;
const BYTES = 2_000;
const PATIENCE_MS = 180_000;
const SAMPLE_MS = 250;
const POINTS = [10, 50, 100, 150, 200, 250, 290];
/** Neighbours of a turn whose time is taken for its own. */
const AROUND = 5;

/** What a turn costs as a conversation grows, for each peer until it ends, dies, or takes too long. */
export async function growth(bench) {
  const peers = [];
  for (const name of Object.keys(PEERS)) {
    bench.note(`growth: ${name}`);
    const grown = await grow(bench, name).catch((error) =>
      bench.note(`growth: ${name} is left out: ${error.message}`),
    );
    if (grown) peers.push(grown);
  }
  const rows = POINTS.flatMap((turn) =>
    peers.map((peer) => {
      const point = peer.points.find((each) => each.turn === turn);
      return [
        String(turn),
        peer.title,
        point?.bytes,
        point?.ms.toFixed(1),
        point && (point.rss / 2 ** 20).toFixed(0),
      ];
    }),
  );
  const lines = (key, scale) =>
    peers.map(({ title, points, ended }) => ({
      title,
      ended,
      points: points.map((point) => [point.turn, point[key] * scale]),
    }));
  const svg = plot({
    title: `One conversation, ${BYTES / 1_000} KB of tool result with each turn`,
    x: 'turns',
    panels: [
      { title: 'history, MB', lines: lines('bytes', 1e-6) },
      { title: 'milliseconds a turn', lines: lines('ms', 1) },
      { title: 'worker memory, MiB', lines: lines('rss', 2 ** -20) },
    ],
  });
  return [
    {
      title: `How far each came, of ${TURNS} turns in at most ${PATIENCE_MS / 1_000} s`,
      columns: ['peer', 'turns', 'ended', 'history, bytes', 'events'],
      rows: peers.map(({ title, turns, ended, bytes, events }) => [title, turns, ended, bytes, events]),
    },
    {
      title: 'Cost by turns',
      columns: ['turn', 'peer', 'history, bytes', 'ms a turn', 'worker, MiB'],
      rows,
      plot: { file: 'growth.svg', svg },
    },
  ];
}

async function grow(bench, name) {
  const peer = await bench.start(name, `growth-${name}`);
  if (peer === undefined) return undefined;
  try {
    await bench.warm(peer);
    const run = await bench.begin(peer, { turns: TURNS, bytes: BYTES });
    let over;
    bench
      .ending(run)
      .catch((error) => error.cause?.message ?? error.message)
      .then((ending) => {
        over ??= ending === 'done' ? 'completed' : ending;
      });
    /** Resident bytes when a turn was first seen. */
    const memory = new Map();
    const started = Date.now();
    while (over === undefined && Date.now() - started < PATIENCE_MS) {
      const turn = await bench.turnsOf(run.id);
      if (!memory.has(turn)) memory.set(turn, peer.worker.rss());
      await sleep(SAMPLE_MS);
    }
    over ??= `stopped after ${PATIENCE_MS / 1_000} s`;
    await run.handle.terminate('bench is over').catch(() => undefined);
    const { turns, bytes, events } = await turnStarts(await bench.client(), run.id, peer.modelCall);
    // Of an agent that moved to a run of its own, this is the first part.
    const points = [];
    for (let turn = AROUND + 1; turn + AROUND <= turns.length; turn++) {
      points.push({
        turn,
        bytes: turns[turn - 1].bytes,
        ms: median(gaps(turns, turn - AROUND, turn + AROUND)),
        rss: nearest(memory, turn),
      });
    }
    return { title: peer.title, ended: over, turns: await bench.turnsOf(run.id), bytes, events, points };
  } finally {
    await peer.worker.stop();
  }
}

function nearest(memory, turn) {
  const seen = [...memory.keys()].reduce((a, b) => (Math.abs(b - turn) < Math.abs(a - turn) ? b : a));
  return memory.get(seen);
}
