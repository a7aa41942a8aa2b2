// npm run faults -- [--seeds 200] [--first 1] [--parallel 2] [--only SEED] [--keep] [--write] [--results FILE]: see docs/faults.md
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Provider } from './outside/provider.mjs';
import { planOf } from './plan/plan.mjs';
import { markdownOf, rowsOf, tableOf, writeBlock } from './report.mjs';
import { Ground, Lane } from './seed/lane.mjs';
import { runSeed } from './seed/run-seed.mjs';
import { verdictOf } from './seed/verdict.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    first: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '2' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
});
const number = (name) => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name}: a whole number from 1 on`);
  process.exit(2);
};
const first = number(values.only === undefined ? 'first' : 'only');
const last = values.only === undefined ? first + number('seeds') - 1 : first;
const verdicts = earlier(values.results);
const done = new Set(verdicts.map(({ seed }) => seed));
const waiting = Array.from({ length: last - first + 1 }, (_, n) => first + n).filter(
  (seed) => !done.has(seed),
);

const provider = await new Provider().open();
const ground = new Ground();
const lanes = [];
const endings = new Set();
let kept = values.keep;
let closing;

function close() {
  closing ??= (async () => {
    for (const end of endings) await end();
    await Promise.all(lanes.map((lane) => lane.close().catch(() => undefined)));
    await provider.close();
    if (!kept) ground.remove();
  })();
  return closing;
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    console.error(`› ${signal}: ends what it has started`);
    waiting.length = 0;
    close().finally(() => process.exit(130));
  });
}

const started = Date.now();
const total = waiting.length;
try {
  await Promise.all(Array.from({ length: Math.min(number('parallel'), total) }, serve));
} finally {
  await close();
}
console.log(`\n${tableOf(rowsOf(verdicts))}`);
if (values.write) writeTable();
const failed = verdicts.filter(({ problems }) => problems.length > 0).sort((a, b) => a.seed - b.seed);
for (const { seed, problems } of failed) {
  console.log(`\nseed ${seed}, to do again: npm run faults -- --only ${seed} --keep`);
  for (const problem of problems) console.log(`  ${problem}`);
}
if (kept) console.log(`\nkept: ${ground.dir}`);
process.exit(failed.length > 0 ? 1 : 0);

/** One lane: an engine, and one seed after the other. */
async function serve() {
  const lane = new Lane(ground, lanes.length + 1);
  lanes.push(lane);
  await lane.open();
  while (waiting.length > 0 && !closing) {
    const seed = waiting.shift();
    let end;
    const onOpen = (given) => {
      end = given;
      endings.add(end);
    };
    try {
      const verdict = verdictOf(await runSeed(planOf(seed), lane, provider, { onOpen }));
      note(verdict);
    } catch (error) {
      if (closing) return;
      note({ ...verdictOf(nothingSeen(seed)), problems: [`the harness failed: ${error.stack}`] });
    } finally {
      endings.delete(end);
    }
  }
}

function nothingSeen(seed) {
  const plan = { ...planOf(seed), runs: [] };
  return {
    plan,
    endings: [],
    held: [],
    requests: [],
    effects: [],
    kills: [],
    noticed: [],
    terms: [],
    surprises: [],
    left: [],
    acted: [],
    tookMs: 0,
  };
}

function note(verdict) {
  verdicts.push(verdict);
  if (verdict.problems.length > 0) kept = true;
  if (values.results) appendFileSync(values.results, `${JSON.stringify(verdict)}\n`);
  const { seed, workers, runs, acted, unknown, repeated, tookMs, problems } = verdict;
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  const what = `${workers} workers, ${runs} runs, ${acted.join(' ') || 'nothing'}: unknown ${unknown}, repeated ${repeated}, ${(tookMs / 1_000).toFixed(1)} s`;
  console.log(
    `${problems.length > 0 ? '✗' : '✓'} seed ${seed} (${total - waiting.length}/${total}, ${minutes} min)  ${what}`,
  );
  for (const problem of problems) console.log(`    ${problem}`);
}

/** Seeds that an earlier, interrupted command has done. */
function earlier(file) {
  if (file === undefined || !existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

function writeTable() {
  const seeds = verdicts.map(({ seed }) => seed);
  const date = new Date().toISOString().slice(0, 10);
  const command = `npm run faults -- --seeds ${seeds.length} --first ${Math.min(...seeds)} --parallel ${values.parallel}`;
  writeBlock(
    'faults',
    `${date}, \`${command}\`, Node ${process.versions.node}, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}:\n\n${markdownOf(rowsOf(verdicts))}`,
  );
}
