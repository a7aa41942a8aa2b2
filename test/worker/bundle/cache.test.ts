import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { Project } from './project.js';

let project: Project;
beforeEach(() => {
  project = new Project({
    'workflows/a.ts': "import { b } from '../lib/b.js';\nexport async function A() { return b; }\n",
    'workflows/helper.ts': 'export const limit = 1;\n',
    'lib/b.ts': 'export const b = 1;\n',
  });
  return () => project[Symbol.dispose]();
});

test('the second build comes from the cache', async () => {
  const first = await project.bundle();
  const second = await project.bundle();
  console.log(`bundle: built in ${first.ms.toFixed(0)} ms, from the cache in ${second.ms.toFixed(1)} ms`);
  expect([first.cached, second.cached]).toEqual([false, true]);
  expect(second).toMatchObject({ codePath: first.codePath, hash: first.hash, workflows: first.workflows });
  expect(second.code).toBeUndefined();
  expect(second.ms).toBeLessThan(300);
  expect(project.warnings).toEqual([]);
});

test('every change is seen', async () => {
  const build = async (options = {}) => {
    const { cached, hash } = await project.bundle(options);
    return { cached, hash };
  };
  const first = await build();
  project.write('lib/b.ts', 'export const b = 2;\n', 50);
  const edited = await build();
  expect(edited.cached).toBe(false);
  expect(edited.hash).not.toBe(first.hash);
  // The same content at another time is the same source.
  project.write('lib/b.ts', 'export const b = 2;\n', 40);
  expect(await build()).toEqual({ cached: true, hash: edited.hash });
  expect(await build({ heartbeatMs: 5 })).toMatchObject({ cached: false });
  expect(await build()).toMatchObject({ cached: true });
  const added = project.write('workflows/c.ts', 'export async function C() {}\n');
  expect((await project.bundle()).workflows.map(({ name }) => name)).toEqual(['A', 'C']);
  rmSync(added);
  expect(await build()).toMatchObject({ cached: true, hash: edited.hash });
  // A file without workflows is not in the bundle, and gets one now.
  project.write('workflows/helper.ts', 'export async function H() {}\n');
  expect((await project.bundle()).workflows.map(({ name }) => name)).toEqual(['A', 'H']);
  // A missing file appears that the import would rather take.
  await build();
  project.write('lib/b.tsx', 'export const b = 3;\n');
  rmSync(project.path('lib/b.ts'));
  expect(await build()).toMatchObject({ cached: false });
});

test('a damaged cache is built again with one warning', async () => {
  const { codePath, hash } = await project.bundle();
  writeFileSync(codePath, readFileSync(codePath, 'utf8').slice(0, -10));
  expect(await project.bundle()).toMatchObject({ cached: false, hash });
  expect(project.warnings).toHaveLength(1);
  const manifest = readdirSync(project.cacheDir).find((name) => name.endsWith('.json'))!;
  writeFileSync(join(project.cacheDir, manifest), '{"hash":');
  expect(await project.bundle()).toMatchObject({ cached: false, hash });
  expect(project.warnings).toHaveLength(2);
  expect(await project.bundle()).toMatchObject({ cached: true, hash });
  expect(project.warnings).toHaveLength(2);
});

test('without a cache folder the bundle is in memory, with one warning', async () => {
  const file = project.write('a-file', '');
  const bundle = await project.bundle({}, join(file, 'cache'));
  expect(bundle.code?.length).toBeGreaterThan(100_000);
  expect(project.warnings).toHaveLength(1);
});

test('two at once build once', async () => {
  const both = await Promise.all([project.bundle(), project.bundle()]);
  expect(both.map(({ cached }) => cached).sort()).toEqual([false, true]);
});

test('a lock of a dead process does not hold', async () => {
  await project.bundle();
  const key = readdirSync(project.cacheDir)
    .find((name) => name.endsWith('.json'))!
    .replace('.json', '');
  rmSync(join(project.cacheDir, `${key}.json`));
  const dead = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
  writeFileSync(join(project.cacheDir, `${key}.lock`), dead);
  expect(await project.bundle()).toMatchObject({ cached: false });
  expect(readdirSync(project.cacheDir)).not.toContain(`${key}.lock`);
});

test('old entries go', async () => {
  await project.bundle();
  for (let i = 0; i < 20; i++) writeFileSync(join(project.cacheDir, `${i}.json`), '{}');
  await project.bundle({ heartbeatMs: 7 });
  expect(readdirSync(project.cacheDir).filter((name) => name.endsWith('.json'))).toHaveLength(10);
});

test('the working directory does not change the bundle, and a hit loads no webpack', async () => {
  const first = await project.bundle();
  const script = `
    const { bundleWorkflows } = await import(${JSON.stringify(join(process.cwd(), 'dist/worker/bundle/index.js'))});
    const b = await bundleWorkflows({ projectDir: ${JSON.stringify(project.dir)},
      patterns: ['workflows/**/*.{ts,mts,cts,tsx,js,mjs,cjs}'],
      options: { defaultTimeoutMs: 60000, heartbeatMs: 1000, retry: {} }, cacheDir: process.argv[1],
      workflowModule: ${JSON.stringify(project.path('stub/workflow/index.js'))}, onWarning() {} });
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => /webpack|@swc|core-bridge/.test(path));
    console.log(JSON.stringify({ cached: b.cached, hash: b.hash, ms: b.ms, loaded: loaded.length }));`;
  const run = (cacheDir: string) => {
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, cacheDir], {
      cwd: '/',
      encoding: 'utf8',
    });
    return JSON.parse(output) as { cached: boolean; hash: string; ms: number; loaded: number };
  };
  const hit = run(project.cacheDir);
  console.log(`bundle: from the cache in a new process in ${hit.ms.toFixed(1)} ms`);
  expect(hit).toMatchObject({ cached: true, hash: first.hash, loaded: 0 });
  expect(run(project.path('other-cache'))).toMatchObject({ cached: false, hash: first.hash });
});
