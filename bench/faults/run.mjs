// npm run peer-faults -- [fault…] [--side mcpa|mcp-agent] [--keep file] [--table] [--json] [--write]: see bench/README.md
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults.mjs';
import { Scene } from './scene.mjs';
import { SIDES } from './sides.mjs';
import { tableOf } from './table.mjs';
import { World } from './world.mjs';

const DOCUMENT = resolve(import.meta.dirname, '../../docs/faults-compared.md');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    side: { type: 'string' },
    keep: { type: 'string' },
    table: { type: 'boolean' },
    json: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
const names = values.table ? [] : positionals.length > 0 ? positionals : Object.keys(FAULTS);
const sides = values.side === undefined ? Object.keys(SIDES) : [values.side];
if (names.some((name) => !(name in FAULTS)) || sides.some((side) => !(side in SIDES))) {
  console.error(
    `usage: npm run peer-faults -- [${Object.keys(FAULTS).join('|')}] [--side ${Object.keys(SIDES).join('|')}] [--json] [--write]`,
  );
  process.exit(2);
}

/** What was seen, with what was left once the worker had ended. */
async function play(world, side, name) {
  const scene = new Scene(world, side, name);
  let verdict;
  try {
    if ((await scene.worker()) === undefined) return { error: 'it could not be installed' };
    await FAULTS[name].act(scene);
    verdict = await scene.verdict();
  } catch (error) {
    verdict = { error: error.message.split('\n').slice(0, 3).join(' ') };
  }
  await scene.close();
  return { ...verdict, childrenAtEnd: scene.seen.childrenAtEnd };
}

// A table of what was kept needs no engine.
const world = names.length === 0 ? undefined : await new World().open();
/** With those of earlier runs, where they were kept. */
const kept =
  values.keep !== undefined && existsSync(values.keep) ? JSON.parse(readFileSync(values.keep, 'utf8')) : {};
const results = {};
/** What was seen now, over what was seen before, in the order of the list. */
function seen() {
  return Object.fromEntries(
    Object.keys(FAULTS).flatMap((name) => {
      const of = { ...kept[name], ...results[name] };
      return Object.keys(of).length === 0 ? [] : [[name, of]];
    }),
  );
}
try {
  for (const name of names) {
    results[name] = {};
    const one = async (side) => {
      results[name][side] = await play(world, side, name);
      // At once: a long run may be interrupted.
      if (values.keep !== undefined) writeFileSync(values.keep, `${JSON.stringify(seen(), null, 2)}\n`);
      world.note(`${name}, ${side}: ${JSON.stringify(results[name][side])}`);
    };
    if (FAULTS[name].alone) for (const side of sides) await one(side);
    else await Promise.all(sides.map(one));
  }
} finally {
  await world?.close();
}
const table = tableOf(
  seen(),
  sides.map((name) => ({ name, title: SIDES[name].title })),
  FAULTS,
);
console.log(values.json ? JSON.stringify(seen(), null, 2) : table);
if (values.write) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [head, , tail] = text.split(/<!-- (?:table|end) -->\n/);
  writeFileSync(DOCUMENT, `${head}<!-- table -->\n${table}\n<!-- end -->\n${tail}`);
}
// gRPC's retries of a client that is closed keep the process.
process.exit(0);
