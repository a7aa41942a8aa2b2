import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { loadConfig } from '../../../dist/config/index.js';
import { bundleActivities, loadActivities } from '../../../dist/worker/index.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function project(files: Record<string, string>, config = '') {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mcpa-activities-test-')));
  folders.push(dir);
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  write('mcp_agent.config.yaml', `execution_engine: temporal\n${config}`);
  const loaded = await loadConfig({ cwd: dir, env: {}, homeDir: dir });
  return { dir, write, config: loaded.config };
}

const PACKAGE = {
  'node_modules/tax/package.json': '{ "name": "tax", "type": "module", "exports": "./tax.js" }',
  'node_modules/tax/tax.js': 'export const rate = 0.25;\nexport const where = import.meta.url;\n',
};

test('TypeScript with files of the project, packages, JSON, data beside the source, and one copy of Temporal', async () => {
  const { dir, config } = await project({
    ...PACKAGE,
    'activities.ts': `
import { Context } from '@temporalio/activity';
import { readFileSync } from 'node:fs';
import { rate, where } from 'tax';
import { cents, type Money } from './money/cents.js';
import prices from './prices.json';
enum Kind { Net, Gross }
export class Refused extends Error {}
export const VERSION = 3;
export async function charge(price: number, kind: Kind = Kind.Gross): Promise<Money> {
  await using done = { async [Symbol.asyncDispose]() {} };
  return cents(price * (kind === Kind.Gross ? 1 + rate : 1));
}
export const note = () => readFileSync(new URL('./note.txt', import.meta.url), 'utf8').trim() + ' ' + prices.apple;
export const places = async () => [where, import.meta.url, import.meta.dirname, __dirname, typeof Context.current];
export function fail(): never {
  throw new Error('declined');
}
export const env = () => process.env.NODE_ENV;
`,
    'money/cents.ts': `export interface Money { cents: number }
export const cents = (amount: number): Money => ({ cents: Math.round(amount * 100) });
`,
    'prices.json': '{ "apple": 2 }',
    'note.txt': 'beside\n',
  });
  const activities = await loadActivities(config);
  expect(Object.keys(activities).sort()).toEqual(['charge', 'env', 'fail', 'note', 'places']);
  expect(await activities.charge!(10)).toEqual({ cents: 1250 });
  expect(activities.note!()).toBe('beside 2');
  expect(await activities.places!()).toEqual([
    `file://${dir}/node_modules/tax/tax.js`,
    `file://${dir}/activities.ts`,
    dir,
    dir,
    'function',
  ]);
  expect(activities.env!()).toBe(process.env.NODE_ENV);
  const failure = await Promise.resolve()
    .then(() => activities.fail!())
    .catch((error: Error) => error);
  expect((failure as Error).stack).toContain(`${dir}/activities.ts:17:`);
});

test('several files by glob; a linked package of TypeScript is compiled; nothing is built twice', async () => {
  const { dir, config, write } = await project(
    {
      'steps/a.ts': "export { shared } from './shared.js';\nexport const a = async () => 'a';\n",
      'steps/b.mts': `import { linked } from 'linked';
export { shared } from './shared.js';
export const b = async () => [import.meta.filename, linked];
`,
      'steps/shared.ts': "export const shared = async (): Promise<string> => 'both';\n",
      'linked/package.json': '{ "name": "linked", "type": "module", "exports": "./linked.ts" }',
      'linked/linked.ts': 'export const linked: string = import.meta.dirname;\n',
      'steps/a.test.ts': "throw new Error('a test is no activity file');\n",
    },
    'activities: ["steps/*.{ts,mts}"]\n',
  );
  mkdirSync(join(dir, 'node_modules'));
  symlinkSync(join(dir, 'linked'), join(dir, 'node_modules/linked'));
  const first = await bundleActivities(config);
  const activities = await loadActivities(config);
  expect(Object.keys(activities).sort()).toEqual(['a', 'b', 'shared']);
  expect(await activities.b!()).toEqual([`${dir}/steps/b.mts`, `${dir}/linked`]);
  // Nothing changed: nothing is built. A file that is imported changed: it is.
  expect((await bundleActivities(config))?.path).toBe(first?.path);
  write('steps/shared.ts', "export const shared = async (): Promise<string> => 'changed';\n");
  const second = await bundleActivities(config);
  expect(second?.path).not.toBe(first?.path);
  expect(await (await loadActivities(config)).shared!()).toBe('changed');
});

test('a cache that cannot be written is one warning', async () => {
  const { config, write } = await project({
    ...PACKAGE,
    'activities.ts': "import { rate } from 'tax';\nexport const tax = async () => rate;\n",
  });
  write('.mcpa', 'a file where the folder would be');
  const warnings: string[] = [];
  const activities = await loadActivities(config, (warning) => warnings.push(warning));
  expect(await activities.tax!()).toBe(0.25);
  expect(warnings).toEqual([expect.stringMatching(/^the activities can't be cached and are written to /)]);
});

test('no activities.ts is no problem, one without functions is told', async () => {
  expect(await loadActivities((await project({})).config)).toEqual({});
  const warnings: string[] = [];
  const { config } = await project({ 'activities.ts': 'export const A = 1;\n' });
  expect(await loadActivities(config, (warning) => warnings.push(warning))).toEqual({});
  expect(warnings).toEqual(['activities.ts exports no function: it has no activity']);
});

const wrong: Array<[string, Record<string, string>, string, RegExp, string?]> = [
  [
    'a syntax error in a file that is imported',
    {
      'activities.ts': "export * from './more.js';\n",
      'more.ts': 'export const a = 1;\nexport const = 2;\n',
    },
    'ACTIVITY_SYNTAX',
    /more\.ts:2:14: /,
  ],
  [
    'a file that is not there',
    { 'activities.ts': "\nimport { a } from './gone.js';\nexport const b = async () => a;\n" },
    'ACTIVITY_INVALID',
    /activities\.ts:2: '\.\/gone\.js' was not found/,
  ],
  [
    'a package that is not there',
    { 'activities.ts': "import a from '@acme/gone/deep';\nexport const b = async () => a;\n" },
    'ACTIVITY_INVALID',
    /activities\.ts:1: '@acme\/gone\/deep' was not found/,
  ],
  [
    'code that fails at the top',
    {
      'activities.ts': "import './start.js';\nexport const b = async () => 1;\n",
      'start.ts': "interface A {}\n\nthrow new Error('no database');\n",
    },
    'ACTIVITY_INVALID',
    /start\.ts:3: can't be loaded: no database/,
  ],
  [
    'a default export only',
    { 'activities.ts': '\nexport default async function () { return 1; }\n' },
    'ACTIVITY_INVALID',
    /activities\.ts:2: a default export has no name/,
  ],
  [
    'one name in two files',
    {
      'a.ts': 'export const charge = async () => 1;\n',
      'b.ts': '\nexport async function charge() { return 2; }\n',
    },
    'ACTIVITY_DUPLICATE',
    /two activities are named charge: .*\/a\.ts:1 and .*\/b\.ts:2/,
    'activities: [a.ts, b.ts]\n',
  ],
  [
    "a name of mcpa's",
    { 'activities.ts': "const a = async () => 1;\nexport { a as 'mcpa.generate' };\n" },
    'ACTIVITY_DUPLICATE',
    /activities\.ts: mcpa\.generate is a name of mcpa's own/,
  ],
  [
    'a pattern that matches nothing',
    { 'activities.ts': 'export const a = async () => 1;\n' },
    'ACTIVITY_INVALID',
    /no activity file was found: steps\/\*\.ts in /,
    'activities: [activities.ts, "steps/*.ts"]\n',
  ],
];
test.each(wrong)('%s is an error with its place', async (_what, files, code, message, config = '') => {
  const { config: loaded } = await project(files, config);
  await expect(loadActivities(loaded)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});
