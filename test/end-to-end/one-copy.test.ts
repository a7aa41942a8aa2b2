import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.js';

let project: Project;
let folder: string;

beforeAll(async () => {
  project = await Project.create('basic', 'basic');
  folder = mkdtempSync(join(tmpdir(), 'mcpa-loaded-'));
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const TYPES = /node_modules\/@temporalio\/proto\/protos\//;
const PACKED = /\/dist\/command\/[^/]+$/;

/** Where a process had Temporal's message types from, of which each copy has one: coverage lists all that it loaded. */
async function copiesOf(...args: string[]): Promise<string[]> {
  const coverage = mkdtempSync(join(folder, 'command-'));
  const command = project.mcpa(args, project.dir, { ...project.env, NODE_V8_COVERAGE: coverage });
  const { status, stderr } = await command.done;
  expect(status, stderr).toBe(0);
  const urls = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
  const packed = urls.filter((url) => PACKED.test(url));
  expect(packed.length, 'packed by `npm run build`').toBeGreaterThan(0);
  const hasTypes = packed.some((url) => TYPES.test(readFileSync(new URL(url), 'utf8')));
  return [...(hasTypes ? ['packed'] : []), ...(urls.some((url) => TYPES.test(url)) ? ['node_modules'] : [])];
}

// Where the worker's packages come after the packed client, the command itself says so: any test of it does the rest.
test.each([
  ['config show', []],
  ['list', ['packed']],
  ['doctor', ['packed']],
  ['run DataProcessingWorkflow x --detach --id one-copy', ['packed']],
  ['run DataProcessingWorkflow x --local', ['node_modules']],
])('%s: one copy of the Temporal packages at most', async (line, copies) => {
  expect(await copiesOf(...line.split(' '))).toEqual(copies);
});
