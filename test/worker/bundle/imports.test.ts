import { expect, test } from 'vitest';
import type { McpaError } from '../../../src/core/index.js';
import { Project } from './project.js';

async function failure(files: Record<string, string>) {
  using project = new Project(files);
  const error = await project.bundle().then(
    () => expect.fail('no error'),
    (reason: McpaError) => reason,
  );
  return { code: error.code, text: error.message.replaceAll(`${project.dir}/`, ''), hint: error.hint ?? '' };
}

test.each([
  ['node:fs', /in an activity/],
  ['fs/promises', /in an activity/],
  ['crypto', /uuid4/],
  ['@anthropic-ai/sdk', /Agent/],
  ['openai', /Agent/],
  ['@modelcontextprotocol/client', /serverNames/],
  ['mcpa', /'mcpa\/workflow'/],
  ['mcpa/worker', /'mcpa\/workflow'/],
  ['@temporalio/client', /@temporalio\/workflow/],
  ['@temporalio/worker', /@temporalio\/workflow/],
  ['@temporalio/activity', /@temporalio\/workflow/],
])("'%s' is refused, with place, way and fix", async (request, hint) => {
  const error = await failure({
    'workflows/a.ts': "import { b } from '../lib/b.js';\nexport async function A() { return b(); }\n",
    'lib/b.ts': `import type { T } from '${request}';\nimport { x } from '${request}';\nexport const b = (t?: T) => x(t);\n`,
  });
  expect(error.code).toBe('WORKFLOW_IMPORT');
  expect(error.text).toContain(`lib/b.ts:2: '${request}' can't be imported by a workflow`);
  expect(error.text).toContain('imported by way of workflows/a.ts → lib/b.ts');
  expect(error.hint).toMatch(hint);
});

test('type imports are no imports', async () => {
  using project = new Project({
    'workflows/a.ts': `import type OpenAI from 'openai';
import { type Client } from '@temporalio/client';
import { Stats } from 'node:fs';
import { format } from 'node:util';
export async function A(a: OpenAI, c: Client, s: Stats) { return format; }
`,
  });
  expect((await project.bundle()).workflows).toHaveLength(1);
});

test('what is not found is named with its place', async () => {
  const file = await failure({
    'workflows/a.ts': "\nimport { b } from './b.js';\nexport async function A() { b(); }",
  });
  expect(file).toMatchObject({ code: 'WORKFLOW_IMPORT', text: "workflows/a.ts:2: './b.js' was not found" });
  const pack = await failure({
    'workflows/a.ts': "import { b } from '@x/y/z';\nexport async function A() { b(); }",
  });
  expect(pack).toMatchObject({ code: 'WORKFLOW_IMPORT', hint: expect.stringContaining('npm install @x/y`') });
});

test('a syntax error in an imported file has its place', async () => {
  const error = await failure({
    'workflows/a.ts': "import { b } from './../lib/b';\nexport async function A() { b(); }",
    'lib/b.ts': 'export const b = () => {};\nconst = 1;\n',
  });
  expect(error.code).toBe('WORKFLOW_SYNTAX');
  expect(error.text).toMatch(/^lib\/b\.ts:2:7: /);
});

test('top-level await is refused', async () => {
  const error = await failure({ 'workflows/a.ts': 'await Promise.resolve();\nexport async function A() {}' });
  expect(error).toMatchObject({ code: 'WORKFLOW_INVALID', text: expect.stringContaining('top-level await') });
});

test("another version of Temporal's packages in the project is refused", async () => {
  const error = await failure({
    'workflows/a.ts': 'export async function A() {}',
    'node_modules/@temporalio/workflow/package.json': '{"version":"1.2.3"}',
  });
  expect(error).toMatchObject({
    code: 'VERSIONS_MIXED',
    hint: expect.stringContaining('npm install @temporalio/workflow@'),
  });
  expect(error.text).toContain('1.2.3');
});
