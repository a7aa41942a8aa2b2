import { expect, test } from 'vitest';
import { fuzz } from './fuzz.mjs';

/** A few of each; `npm run fuzz` does thousands. The seed is the same each time, so that a failure is one. */
const CASES = { config: 300, provider: 200, mcp: 25, history: 300 };

test.each(Object.entries(CASES))('%s: %i cases, and none of them breaks', async (name, cases) => {
  const { outcomes, failures } = await fuzz(name, { cases, seed: 7 });
  const again = ({ number, error }: { number: number; error: unknown }) =>
    `npm run fuzz -- ${name} --seed 7 --case ${number}: ${(error as Error).stack ?? error}`;
  expect(failures.map(again)).toEqual([]);
  expect(Object.keys(outcomes).length).toBeGreaterThan(1);
});
