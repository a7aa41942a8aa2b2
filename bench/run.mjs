// npm run bench -- [name…] [--rounds n] [--json] [--write] [--check] [--profile dir]: see bench/README.md
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Bench } from './lib/bench.mjs';
import { conditions, textOf, writeDocument } from './lib/report.mjs';
import { summarize } from './lib/stats.mjs';
import { crowd, crowd1000 } from './measures/crowd.mjs';
import { conversation } from './measures/growth/conversation.mjs';
import { growth } from './measures/growth/growth.mjs';
import { long } from './measures/growth/long.mjs';
import { turns } from './measures/growth/turns.mjs';
import { waiting } from './measures/growth/waiting.mjs';
import { memory } from './measures/memory.mjs';
import { run } from './measures/run.mjs';
import { clientCommands } from './measures/start-up/client-commands.mjs';
import { help } from './measures/start-up/help.mjs';
import { workerStart } from './measures/start-up/worker-start.mjs';
import { tail } from './measures/tail.mjs';

const MEASURES = {
  help,
  'client-commands': clientCommands,
  'worker-start': workerStart,
  run,
  crowd,
  'crowd-1000': crowd1000,
  memory,
  tail,
  turns,
  conversation,
  long,
  growth,
  waiting,
};
const FEWEST_ROUNDS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    json: { type: 'boolean' },
    write: { type: 'boolean' },
    check: { type: 'boolean' },
    profile: { type: 'string' },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(MEASURES);
const unknown = names.find((name) => !(name in MEASURES));
const rounds = Number(values.rounds ?? 7);
if (unknown !== undefined || !(rounds >= FEWEST_ROUNDS)) {
  console.error(
    unknown === undefined
      ? `--rounds: ${FEWEST_ROUNDS} at the least`
      : `no measure "${unknown}"; there are: ${Object.keys(MEASURES).join(', ')}`,
  );
  process.exit(2);
}

const bench = new Bench({ rounds, ...(values.profile && { profileDir: resolve(values.profile) }) });
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => bench.close().finally(() => process.exit(130)));
}
const results = [];
try {
  for (const name of names) {
    bench.note(`${name}: ${rounds} rounds`);
    const loadBefore = bench.load();
    const measured = await MEASURES[name](bench);
    const result = { name, measures: measured.map(summarize), conditions: conditions(bench, loadBefore) };
    results.push(result);
    if (!values.json) console.log(textOf(result));
    if (values.write) bench.note(`wrote ${writeDocument(result)}`);
  }
} catch (error) {
  // What was under way when Ctrl-C closed everything fails too, and says nothing new.
  if (!bench.closing) console.error(error);
  await bench.close();
  process.exit(1);
}
await bench.close();
if (values.json) console.log(JSON.stringify(results, null, 2));
if (values.check && results.some((result) => result.measures.some((each) => each.met === false)))
  process.exitCode = 1;
