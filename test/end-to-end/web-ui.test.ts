import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Browser } from './browser.js';
import { Project } from './project.js';

let browser: Browser | undefined;
let project: Project;
const id = `web-ui-${process.pid}-${Date.now()}`;

beforeAll(async () => {
  browser = await Browser.open();
  project = await Project.create('basic', 'basic');
  await project.worker();
  const run = await project.mcpa(['run', 'DataProcessingWorkflow', 'sample data to process', '--id', id])
    .done;
  expect(run.status, run.stderr).toBe(0);
});
afterAll(async () => {
  await browser?.close();
  await project?.[Symbol.asyncDispose]();
});

async function page(path: string): Promise<() => Promise<string>> {
  const { uiUrl } = inject('engine');
  await browser?.goto(`${uiUrl}/namespaces/default/${path}`);
  return async () => (await browser?.text()) ?? '';
}

test('A2: the run is listed as completed', async () => {
  const query = encodeURIComponent(`WorkflowId="${id}"`);
  const text = await page(`workflows?query=${query}`);
  // The id alone stands in the filter, before the list has come.
  await expect.poll(text, { timeout: 30_000 }).toMatch(/Completed/);
  expect(await text()).toContain(id);
  expect(await text()).toContain('DataProcessingWorkflow');
});

test("A2: its history shows the agent's steps by name", async () => {
  const text = await page(`workflows/${id}`);
  await expect.poll(text, { timeout: 30_000 }).toContain('processor · turn 1');
  const steps = [
    'processor · turn 2',
    'processor · turn 3',
    'filesystem.read_text_file',
    'filesystem.write_file',
  ];
  for (const step of steps) await expect.poll(text, { timeout: 10_000 }).toContain(step);
  expect(await text()).toMatch(/Completed/);
});
