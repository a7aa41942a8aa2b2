import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '../../..');
const folder = join(repository, 'test/end-to-end/patterns/workflows');
const files = readdirSync(folder).map((file) => join(folder, file));

const trimmed = (text: string) => text.replace(/^\s+/gm, '').trim();

const page = readFileSync(join(repository, 'docs/patterns.md'), 'utf8');
const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => trimmed(match[1]!));

test.each(blocks)('docs/patterns.md shows what is tested: %s', (block) => {
  const sources = files.map((file) => trimmed(readFileSync(file, 'utf8')));
  expect(sources.some((source) => source.includes(block))).toBe(true);
});

/** Uses whose types are the point. */
const TYPES = `
import { Agent, evaluatorOptimizer, type Generates, parallel } from 'mcpa/workflow';
export async function types(agent: Agent): Promise<unknown[]> {
  const generates: Generates = agent;
  const text: string = (await parallel('', { fanOut: [agent], fanIn: agent })).result;
  const count: number = (await parallel('', { fanOut: [agent], fanIn: (all) => all.length })).result;
  const options = { optimizer: agent, evaluator: agent };
  const rating: 'POOR' | 'FAIR' | 'GOOD' | 'EXCELLENT' = (await evaluatorOptimizer('', options)).rating;
  const own: 'bad' | 'good' = (await evaluatorOptimizer('', { ...options, ratings: ['bad', 'good'] })).rating;
  // @ts-expect-error a rating that is not on the scale
  await evaluatorOptimizer('', { ...options, minRating: 'SUPERB' });
  // @ts-expect-error an agent's answer is text
  const wrong: number = (await parallel('', { fanOut: [agent], fanIn: agent })).result;
  return [generates, text, count, rating, own, wrong];
}
`;

test('the examples and the types of the patterns compile', () => {
  const at = mkdtempSync(join(tmpdir(), 'mcpa-patterns-'));
  const strict = {
    target: 'ES2022',
    lib: ['ES2022', 'ESNext.Disposable'],
    module: 'NodeNext',
    types: [],
    strict: true,
  };
  const paths = {
    'mcpa/workflow': [join(repository, 'dist/workflow/index.d.ts')],
    '@temporalio/workflow': [join(repository, 'node_modules/@temporalio/workflow')],
  };
  writeFileSync(join(at, 'types.ts'), TYPES);
  writeFileSync(
    join(at, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...strict, noEmit: true, skipLibCheck: true, noUncheckedIndexedAccess: true, paths },
      files: [...files, join(at, 'types.ts')],
    }),
  );
  const tsc = spawnSync(join(repository, 'node_modules/.bin/tsc'), ['-p', at], { encoding: 'utf8' });
  rmSync(at, { recursive: true });
  expect(tsc.stdout).toBe('');
  expect(tsc.status).toBe(0);
});
