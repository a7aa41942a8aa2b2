import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { changesOfWorker, historySize, turnStarts } from '../../lib/history.mjs';
import { mcpaBin, PEERS } from '../../lib/peers.mjs';

/** temporalio/sdk-python#1890: 100 model calls, about 209,000 tokens, 8.7 KB of new text with each. */
const CALLS = 100;
const BYTES = 8_700;
const LONG = 200;
const AT_ONCE = 4;
const PATIENCE_MS = 180_000;
/** History by the bytes of its messages. */
const SHARE = { max: 1.3 };
const STRAIGHT = { max: 1.02 };
const FIXED = 'all that a turn adds to history but the text of its tool result';

/** A long conversation's history by the size of its messages, alone and with workers that alternate. */
export async function conversation(bench) {
  const rows = [];
  for (const name of Object.keys(PEERS)) {
    const row = await survival(bench, name);
    if (row) rows.push(row);
  }
  const mcpa = await bench.peer('mcpa');
  const short = await bench.execute(mcpa, { turns: CALLS - 1, bytes: BYTES });
  const shorts = await sizes(bench, short.id);
  const long = await bench.execute(mcpa, { turns: LONG, bytes: BYTES });
  const longs = await sizes(bench, long.id);
  const alternating = await together(bench);
  return [
    figure('history by the bytes of its messages', shorts.share, SHARE, shorts.note),
    figure(`the same, ${LONG} turns`, longs.share, SHARE, longs.note),
    figure('bytes of turns 181–200 by those of turns 21–40', longs.straight, STRAIGHT),
    { title: 'fixed bytes of a turn', unit: 'bytes', digits: 0, value: longs.fixed, note: FIXED },
    ...alternating,
    {
      title: `${CALLS} model calls, ${BYTES} bytes of new text with each`,
      columns: ['peer', 'ended', 'model calls', 'history, bytes', 'seconds'],
      rows,
    },
  ];
}

/** Two workers with one activity slot each, and more conversations than slots: their turns change workers. */
async function together(bench) {
  const queue = 'conversation-two';
  const env = { MCPA_MAX_CONCURRENT_ACTIVITIES: '1' };
  const peer = await bench.start('mcpa', queue, { env });
  const other = await bench.start('mcpa', queue, { env });
  try {
    const wishes = { turns: LONG, bytes: BYTES };
    const runs = await Promise.all(Array.from({ length: AT_ONCE }, () => bench.execute(peer, wishes)));
    const client = await bench.client();
    const each = [];
    const changed = [];
    for (const { id } of runs) {
      each.push(await sizes(bench, id));
      changed.push(await changesOfWorker(client, id, peer.modelCall));
    }
    const worst = (key) => Math.max(...each.map((one) => one[key]));
    const share = changed.map((part) => `${Math.round(part * 100)} %`).join(', ');
    return [
      figure(
        `${AT_ONCE} conversations on two workers: history by messages, the worst`,
        worst('share'),
        SHARE,
      ),
      figure('the same: turns 181–200 by turns 21–40, the worst', worst('straight'), STRAIGHT),
      {
        title: 'the same: model calls on another worker than the one before, the fewest',
        unit: '%',
        digits: 0,
        value: Math.min(...changed) * 100,
        note: share,
      },
    ];
  } finally {
    await Promise.all([peer.worker.stop(), other.worker.stop()]);
  }
}

async function sizes(bench, id) {
  const client = await bench.client();
  const { address } = await bench.engine();
  const args = [mcpaBin, 'messages', id, '--json', '--address', address];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: bench.dir,
    maxBuffer: 2 ** 28,
  });
  const messages = Buffer.byteLength(stdout);
  const history = await historySize(client, id);
  const { turns } = await turnStarts(client, id, PEERS.mcpa.modelCall);
  // Turn k reaches from its model call to the next one.
  const added = (first, last) => (turns[last]?.bytes ?? Number.NaN) - (turns[first - 1]?.bytes ?? Number.NaN);
  return {
    share: history / messages,
    note: `${history.toLocaleString('en')} bytes of history, ${messages.toLocaleString('en')} of messages`,
    straight: added(181, 200) / added(21, 40),
    fixed: added(21, 40) / 20 - BYTES,
  };
}

/** The same workload on a peer of its own: how far it came. */
async function survival(bench, name) {
  bench.note(`conversation: ${name}`);
  const peer = await bench.start(name, `conversation-${name}`);
  if (peer === undefined) return undefined;
  try {
    await bench.attempt(peer);
    const started = Date.now();
    const run = await bench.begin(peer, { turns: CALLS - 1, bytes: BYTES });
    const over = new AbortController();
    const patience = sleep(PATIENCE_MS, `not in ${PATIENCE_MS / 1_000} s`, { signal: over.signal });
    const ended = await Promise.race([
      bench.ending(run).catch((error) => error.cause?.message ?? error.message),
      patience.catch(() => undefined),
    ]);
    over.abort();
    const seconds = ((Date.now() - started) / 1_000).toFixed(1);
    const size = await historySize(await bench.client(), run.id);
    await run.handle.terminate('bench is over').catch(() => undefined);
    const calls = (await bench.turnsOf(run.id)) + 1;
    return [peer.title, ended === 'done' ? 'completed' : ended, calls, size, seconds];
  } finally {
    await peer.worker.stop();
  }
}

const figure = (title, value, goal, note) => ({ title, unit: '×', digits: 3, value, goal, note });
