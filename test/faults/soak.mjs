// npm run soak -- [--runs 2000] [--minutes 20] [--write] [--results FILE]: see docs/faults.md
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { plot } from '../../bench/lib/plot.mjs';
import { Provider } from './outside/provider.mjs';
import { runOf } from './plan/plan.mjs';
import { Random } from './plan/random.mjs';
import { markdownOf, tableOf, writeBlock } from './report.mjs';
import { Ground, Lane } from './seed/lane.mjs';
import { Person } from './seed/person.mjs';
import { Site } from './seed/site.mjs';
import { verdictOf } from './seed/verdict.mjs';
import { Samples } from './soak/samples.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
});
const [runs, minutes] = [Number(values.runs), Number(values.minutes)];
if (!(runs >= 1 && minutes > 0)) {
  console.error('--runs and --minutes: numbers above 0');
  process.exit(2);
}
const PATIENCE_MS = 180_000;
/** As often as a person looks for a question: two thousand of them must not be what the engine is busy with. */
const LOOK_MS = 1_500;
/** All runs share two servers: where one call in ten ends its server, none of twelve a second comes through. */
const TOOL_CHANCE = 0.01;

const random = new Random(Number(values.seed));
const ground = new Ground();
const lane = new Lane(ground, 1);
const provider = await new Provider().open();
const samples = new Samples();
const site = new Site(lane, provider, 'soak');
const over = new AbortController();
let closing;
function close() {
  over.abort();
  samples.stop();
  closing ??= (async () => {
    await site.destroy();
    await lane.close();
    await provider.close();
    ground.remove();
  })();
  return closing;
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    console.error(`› ${signal}: ends what it has started`);
    close().finally(() => process.exit(130));
  });
}

let seen;
try {
  await lane.open();
  await site.open(1);
  seen = await soak();
} finally {
  await close();
}
const verdict = verdictOf(seen);
const parts = ['worker', 'engine'].map((name) => samples.verdict(name));
const rows = [
  ['runs', verdict.runs],
  ['minutes', minutes],
  ['model calls, tool calls', `${verdict.modelCalls}, ${verdict.toolCalls}`],
  ['MCP servers killed; times that the worker was cut off from the engine', counts(verdict.acted)],
  ['**runs lost**', verdict.lost],
  ['**wrong results**', verdict.wrong],
  ['**doubled effects of tools that may not be repeated**', verdict.doubled],
  ['calls of unknown outcome, each told to the model', verdict.unknown],
  ['of these, without a fault in the call or beside it', verdict.unexplained],
  ['model calls made again', verdict.repeated],
  ...parts.flatMap(({ name, growth, fds, children, rssMb }) => [
    [`**${name}: memory, growth a minute in the last half**`, `${growth.toFixed(2)} %`],
    [`${name}: memory at the end`, `${rssMb.toFixed(0)} MB`],
    [`**${name}: file descriptors more at its end than at its beginning**`, fds],
    [`**${name}: child processes more**`, children],
  ]),
  ['**processes left**', verdict.left],
];
console.log(`\n${tableOf(rows)}`);
if (values.results) writeFileSync(values.results, JSON.stringify({ verdict, parts, samples: samples.lines }));
if (values.write) write();
const bad = parts
  .filter(({ good }) => !good)
  .map(({ name }) => `${name}: memory, descriptors or children grow`);
for (const problem of [...verdict.problems, ...bad]) console.log(`✗ ${problem}`);
process.exit(verdict.problems.length + bad.length > 0 ? 1 : 0);

/** Runs begin evenly over the time, each with faults of its own; servers die, and once the worker is cut off. */
async function soak() {
  const plan = { seed: values.seed, workers: 1, runs: [], actions: [] };
  const lengthMs = minutes * 60_000;
  const begun = Date.now();
  samples.start(() => ({ worker: site.slots[0].worker.pid, engine: lane.enginePid }));
  const acting = act(begun, lengthMs);
  // It is awaited when the runs have ended.
  acting.catch(() => undefined);
  const attended = [];
  let ended = 0;
  for (let n = 0; n < runs && !over.signal.aborted; n++) {
    await rest(begun + (lengthMs / runs) * n - Date.now());
    if (over.signal.aborted) break;
    const run = runOf(random, `soak-${n + 1}`, true, TOOL_CHANCE);
    plan.runs.push(run);
    const person = new Person(site.app, run, PATIENCE_MS, LOOK_MS);
    attended.push(
      person.attend().then((ending) => {
        if (++ended % 50 === 0) progress(begun, ended, plan.runs.length);
        return { ending, held: person.held };
      }),
    );
  }
  const endings = await Promise.all(attended);
  // The measure ends with the runs: what an idle worker gives back is no part of it.
  samples.stop();
  await acting;
  site.calm = endings.every(({ ending }) => (ending.result ?? ending.failed) !== undefined);
  const left = await site.end();
  return {
    ...site.record,
    plan,
    endings: endings.map(({ ending }) => ending),
    held: endings.map(({ held }) => held),
    requests: provider.requests,
    effects: site.effects(),
    acted: site.acted,
    noticed: [],
    left,
    tookMs: Date.now() - begun,
  };
}

async function act(begun, lengthMs) {
  const later = new Random(Number(values.seed) + 1);
  const cutAt = begun + lengthMs / 3;
  let cut = false;
  while (Date.now() < begun + lengthMs && !over.signal.aborted) {
    await rest(Math.min(later.between(15_000, 40_000), lengthMs / 6));
    if (over.signal.aborted) return;
    if (!cut && Date.now() > cutAt) {
      cut = true;
      await site.act({ kind: 'partition', how: 'drop', forMs: 5_000, slot: 0 });
    } else {
      const server = later.pick({ stdio: 1, http: 1 });
      await site.act({ kind: 'server', server, forMs: 300, slot: 0 });
    }
  }
}

function progress(begun, ended, started) {
  const { worker, engine } = samples.lines.at(-1);
  const mb = ({ rss }) => `${(rss / 2 ** 20).toFixed(0)} MB`;
  console.log(
    `${((Date.now() - begun) / 60_000).toFixed(1)} min: ${ended} of ${started} runs ended; worker ${mb(worker)}, ${worker.fds} descriptors, ${worker.children} children; engine ${mb(engine)}`,
  );
}

function counts(acted) {
  const of = (kind) => acted.filter((each) => each === kind).length;
  return `${of('server')}; ${of('partition')}`;
}

function write() {
  const line = (title, what, scale) => ({
    title,
    points: samples.points(title, what, scale),
    ended: 'completed',
  });
  const both = (what, scale) => [line('worker', what, scale), line('engine', what, scale)];
  const svg = plot({
    title: `${runs} runs with faults in ${minutes} minutes`,
    x: 'seconds',
    panels: [
      { title: 'resident memory, MB', lines: both('rss', 2 ** 20) },
      { title: 'open file descriptors', lines: both('fds') },
      { title: 'child processes', lines: both('children') },
    ],
  });
  writeFileSync(resolve(import.meta.dirname, '../../docs/soak.svg'), svg);
  const date = new Date().toISOString().slice(0, 10);
  const command = `npm run soak -- --runs ${runs} --minutes ${minutes}`;
  writeBlock(
    'soak',
    `${date}, \`${command}\`, Node ${process.versions.node}:\n\n${markdownOf(rows)}\n\n![memory, descriptors and children over time](soak.svg)`,
  );
}

function rest(ms) {
  return sleep(Math.max(0, ms), undefined, { signal: over.signal }).catch(() => undefined);
}
