import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
// @ts-expect-error a plain script
import { lineTable, withTable } from '../../../../scripts/write-line-counts.mjs';
import { type App, connect } from '../../../../src/client/index.js';
import { Site } from '../../../fetch/site.js';
import { pageProject } from '../../page/project.js';
import { start } from '../../processes.js';
import { type Command, type Project, repository } from '../../project.js';
import { ChatProvider } from './chat-provider.js';

const PLAIN = join(repository, 'examples/plain-temporal');
const ITEMS = ['a', 'b', 'c'];

let site: Site;
let provider: ChatProvider;
let project: Project;
let app: App;
let plain: Command;
let plainDir: string;
let plainQueue: string;

beforeAll(async () => {
  site = await Site.start((request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end(`text of ${request.url}`);
  });
  provider = await ChatProvider.start(site.url());
  project = await pageProject(site.host);
  const config = project.read('mcp_agent.config.yaml');
  project.write(
    'mcp_agent.config.yaml',
    `${config.replace(/^model: scripted\nscripted:\n.*$/m, 'model: openai:peer')}
openai: { base_url: "${provider.url}", api_key: none }
`,
  );
  plainDir = join(project.dir, 'plain');
  plainQueue = `${project.queue}-plain`;
  cpSync(PLAIN, plainDir, { recursive: true });
  mkdirSync(join(plainDir, 'data'), { recursive: true });
  cpSync(join(project.dir, 'data'), join(plainDir, 'data'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(plainDir, 'node_modules'));
  execFileSync(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc')], { cwd: plainDir });
  const env = {
    ...project.env,
    PATH: `${join(project.dir, 'node_modules/.bin')}:${process.env.PATH}`,
    MCPA_FETCH_ALLOW_PRIVATE: site.host,
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: 'none',
    TASK_QUEUE: plainQueue,
  };
  plain = start(process.execPath, ['build/worker.js'], plainDir, env);
  await plain.output(/Worker started/);
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await plain?.stop('SIGKILL');
  await app?.[Symbol.asyncDispose]();
  await project?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

/** One run here and one there, with the same input; what both gave. */
async function both(
  workflow: string,
  input: unknown,
  meanwhile?: (id: string, here: boolean) => Promise<void>,
) {
  const here = `${project.queue}-${workflow}`;
  const there = `${here}-plain`;
  const { client } = app.open;
  await app.start(workflow, { workflowId: here, args: [input] });
  await client.workflow.start(workflow, { taskQueue: plainQueue, workflowId: there, args: [input] });
  await Promise.all([meanwhile?.(here, true), meanwhile?.(there, false)]);
  const results = [here, there].map((id) => client.workflow.getHandle(id).result() as Promise<unknown>);
  return Promise.all(results);
}

test('one agent with two servers: the same text, the same file', async () => {
  const [here, there] = await both('SimpleAgentWorkflow', site.url('/tea'));
  expect(here).toBe('Written: text of /tea');
  expect(there).toBe(here);
  for (const dir of [project.dir, plainDir])
    expect(readFileSync(join(dir, 'data/answer.md'), 'utf8')).toBe('text of /tea');
});

test('planner and executor', async () => {
  const [here, there] = await both('OrchestratorWorkflow', 'tea');
  expect(here).toMatch(/^Done: Execute plan: Read notes\.txt \(Create plan for: tea\): /);
  expect(there).toBe(here);
});

test('fan-out, fan-in', async () => {
  const [here, there] = await both('ParallelWorkflow', ITEMS);
  expect(here).toEqual(ITEMS.map((item) => `text of /${item}`));
  expect(there).toEqual(here);
});

test('a person in between', async () => {
  const [here, there] = await both('InteractiveReviewWorkflow', 'tea', async (id, isHere) => {
    const handle = app.getHandle(id);
    const asked = async () =>
      isHere ? (await handle.questions())[0]?.prompt : await handle.query<string>('question');
    await expect.poll(asked, { timeout: 30_000 }).toBe('Review this draft: A draft of Review: tea');
    if (isHere) await handle.answer({ text: 'Shorter.' });
    else await handle.signal('answer', 'Shorter.');
  });
  expect(here).toContain('Feedback: Shorter.');
  expect(there).toBe(here);
});

test('signals `pause` and `resume`', async () => {
  const [here, there] = await both('ControllableWorkflow', 'task', async (id) => {
    await app.getHandle(id).signal('pause');
    await app.getHandle(id).signal('resume');
  });
  expect(here).toBe('Done: task');
  expect(there).toBe(here);
});

test('the table of docs/from-mcp-agent.md is what the files have: node scripts/write-line-counts.mjs', () => {
  const text = readFileSync(join(repository, 'docs/from-mcp-agent.md'), 'utf8');
  expect(withTable(text)).toBe(text);
  // Each row was counted, and the sum is of them.
  const rows = lineTable().trim().split('\n').slice(2);
  expect(rows).toHaveLength(9);
  expect(rows.slice(0, -1).every((row: string) => /\| [1-9]\d* \|$/.test(row))).toBe(true);
});
