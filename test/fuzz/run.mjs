// npm run fuzz -- [config|provider|mcp|history …] --cases N --seed S [--case N]
import { parseArgs } from 'node:util';
import { fuzz, ROOMS } from './fuzz.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cases: { type: 'string' }, seed: { type: 'string' }, case: { type: 'string' } },
});
const DEFAULT_CASES = { config: 10_000, provider: 3_000, mcp: 1_500, history: 10_000 };
const seed = Number(values.seed ?? 1);
const only = values.case === undefined ? undefined : Number(values.case);
const unknown = positionals.filter((name) => !ROOMS.includes(name));
if (unknown.length > 0 || !Number.isInteger(seed)) {
  console.error(`usage: npm run fuzz -- [${ROOMS.join('|')}] --cases N --seed S [--case N]`);
  process.exit(2);
}
let failed = 0;
for (const name of positionals.length > 0 ? positionals : ROOMS) {
  const cases = Number(values.cases ?? DEFAULT_CASES[name]);
  const started = Date.now();
  const onCase = (n) => {
    if (n > 0 && n % 1_000 === 0) console.error(`${name}: ${n} of ${cases}`);
  };
  const { outcomes, failures, slowestMs } = await fuzz(name, { cases, seed, only, onCase });
  const seconds = Math.round((Date.now() - started) / 100) / 10;
  console.log(
    `${name}: ${only === undefined ? cases : 1} cases of seed ${seed} in ${seconds} s, the slowest ${slowestMs} ms`,
  );
  for (const [outcome, count] of Object.entries(outcomes)) console.log(`  ${count} × ${outcome}`);
  // The same fault many times is one fault to look at.
  const kinds = new Map();
  for (const failure of failures) {
    const { error } = failure;
    const key = String(error?.cause?.stack ?? error?.stack ?? error)
      .split('\n')
      .slice(0, 2)
      .join(' ')
      .replaceAll(/\d+/g, 'N')
      .slice(0, 200);
    kinds.set(key, [...(kinds.get(key) ?? []), failure]);
  }
  for (const [first, ...rest] of kinds.values()) {
    console.log(
      `  FAILED ${rest.length + 1} ×: npm run fuzz -- ${name} --seed ${seed} --case ${first.number}`,
    );
    console.log(
      String(first.error?.stack ?? first.error)
        .slice(0, 1_500)
        .replace(/^/gm, '    '),
    );
    if (first.error?.cause)
      console.log(
        String(first.error.cause.stack ?? first.error.cause)
          .slice(0, 1_500)
          .replace(/^/gm, '    '),
      );
  }
  failed += failures.length;
}
process.exitCode = failed > 0 ? 1 : 0;
