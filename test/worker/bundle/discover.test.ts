import { expect, test } from 'vitest';
import { globToRegExp } from '../../../src/config/sources/match-files.js';
import type { McpaError } from '../../../src/core/index.js';
import { discoverWorkflows } from '../../../src/worker/bundle/index.js';
import { Project } from './project.js';

const PATTERNS = ['workflows/**/*.{ts,mts,cts,tsx,js,mjs,cjs}'];

async function discover(files: Record<string, string>, patterns = PATTERNS) {
  using project = new Project(files);
  const found = await discoverWorkflows({ projectDir: project.dir, patterns });
  return found.map(({ name, file, line }) => `${name} ${file.slice(project.dir.length + 1)}:${line}`);
}

async function failure(files: Record<string, string>): Promise<{ code: string; text: string; hint: string }> {
  using project = new Project(files);
  const error = await discoverWorkflows({ projectDir: project.dir, patterns: PATTERNS }).then(
    () => expect.fail('no error'),
    (reason: McpaError) => reason,
  );
  return { code: error.code, text: error.message.replaceAll(`${project.dir}/`, ''), hint: error.hint ?? '' };
}

test('finds exported functions in every way to write them', async () => {
  const found = await discover({
    'workflows/a.ts': `#!/usr/bin/env node
// ünïcode before the first statement
import { defineSignal, proxyActivities } from '@temporalio/workflow';
export const pause = defineSignal('pause');
export const { greet } = proxyActivities<any>({});
export const LIMIT = 3, settings = { a: 1 };
export interface Input { a: string }
export type Workflow = Input;
export enum Color { red }
export class PaymentDeclined extends Error {}
export declare function declared(): void;
export function overloaded(a: string): string;
export function overloaded(a: any) { return a; }
export async function first() {}
export const arrow = async () => {};
export const typed = (async () => {}) as () => Promise<void>;
export const fn = function () {};
async function inner() {}
export { inner as renamed, inner as renamedToo };
function wrap<T>(f: T) { return f; }
export const WrappedWorkflow = wrap(async () => {});
export const schema = wrap({});
export function* generator() {}
`,
  });
  expect(found).toEqual([
    'WrappedWorkflow workflows/a.ts:21',
    'arrow workflows/a.ts:15',
    'first workflows/a.ts:14',
    'fn workflows/a.ts:17',
    'overloaded workflows/a.ts:13',
    'renamed workflows/a.ts:18',
    'renamedToo workflows/a.ts:18',
    'typed workflows/a.ts:16',
  ]);
});

test('follows re-exports; a workflow that two files export is one workflow', async () => {
  const found = await discover({
    'workflows/index.ts':
      "export * from './a.js';\nexport { b as Renamed } from '../lib/b';\nexport type { T } from './a.js';\n",
    'workflows/a.ts': "export async function A() {}\nexport type T = 1;\nexport * from './index.js';\n",
    'lib/b.mts': "import { c } from './c.mjs';\nexport { c as b };\n",
    'lib/c.mts': 'export const c = async () => {};\n',
  });
  expect(found).toEqual(['A workflows/a.ts:1', 'Renamed lib/c.mts:1']);
});

test('reads CommonJS', async () => {
  const found = await discover({
    'workflows/a.cjs': 'exports.A = async function () {};\nexports.value = 1;\n',
    'workflows/b.js':
      'async function B() {}\nmodule.exports = { B, C: async () => {}, async D() {}, n: 1 };\n',
  });
  expect(found.map((row) => row.split(' ')[0])).toEqual(['A', 'B', 'C', 'D']);
});

test('leaves tests, declarations and node_modules alone', async () => {
  const found = await discover({
    'workflows/a.ts': 'export async function A() {}',
    'workflows/a.test.ts': 'export async function T() {}',
    'workflows/a.d.ts': 'export declare function D(): void;',
    'workflows/node_modules/x/x.js': 'export function X() {}',
  });
  expect(found).toEqual(['A workflows/a.ts:1']);
});

test('takes files and folders as patterns', async () => {
  const files = {
    'one.ts': 'export async function One() {}',
    'more/two.ts': 'export async function Two() {}',
  };
  expect(await discover(files, ['one.ts', './more'])).toEqual(['One one.ts:1', 'Two more/two.ts:1']);
});

test('globs', () => {
  expect(globToRegExp('**/*.{ts,js}').test('a.ts')).toBe(true);
  expect(globToRegExp('**/*.{ts,js}').test('a/b/c.js')).toBe(true);
  expect(globToRegExp('*.ts').test('a/b.ts')).toBe(false);
  expect(globToRegExp('w?[ab].ts').test('wxa.ts')).toBe(true);
});

test('a syntax error has file, line and column', async () => {
  const error = await failure({ 'workflows/a.ts': 'export async function A() {\n  const x = ;\n}\n' });
  expect(error.code).toBe('WORKFLOW_SYNTAX');
  expect(error.text).toBe('workflows/a.ts:2:13: Expression expected');
});

test('duplicates name both files', async () => {
  const error = await failure({
    'workflows/a.ts': 'export async function A() {}',
    'workflows/b.ts': '\nexport async function A() {}',
  });
  expect(error.code).toBe('WORKFLOW_DUPLICATE');
  expect(error.text).toBe('two workflows are named A: workflows/a.ts:1 and workflows/b.ts:2');
});

test.each([
  ['export class OrderWorkflow {}', /OrderWorkflow is a class/],
  ['export class Order { async run() {} }', /Order is a class/],
  ['class Order extends BaseWorkflow {}\nexport { Order }', /Order is a class/],
  ['export const OrderWorkflow = { run() {} }', /OrderWorkflow is not a function/],
  ['export default async function Order() {}', /default export has no name/],
])('%s is refused with the way to write it', async (source, message) => {
  const error = await failure({ 'workflows/a.ts': source });
  expect(error).toMatchObject({ code: 'WORKFLOW_INVALID', text: expect.stringMatching(message) });
  expect(error.hint).toContain('export async function');
});

test('no workflow at all says what was tried', async () => {
  expect(await failure({})).toMatchObject({
    code: 'WORKFLOW_INVALID',
    text: expect.stringContaining(PATTERNS[0]!),
  });
  expect(await failure({ 'workflows/a.ts': 'export const a = 1;' })).toMatchObject({
    text: expect.stringMatching(/^no function is exported by workflows\/a\.ts/),
  });
});
