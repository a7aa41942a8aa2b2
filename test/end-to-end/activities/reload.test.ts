import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { ACTIVITIES, shopProject } from './project.js';

test('dev loads an activity that was edited, and keeps the last good code when the edit is broken', async () => {
  await using project = await shopProject();
  const dev = project.mcpa(['dev', '--json']);
  const printed = () => dev.stdout + dev.stderr;
  const soon = { timeout: 20_000 };
  await expect.poll(printed, soon).toMatch(/"activities":\["charge","double","resume","survive","wait"\]/);
  await using app = await connect({ cwd: project.dir, env: project.env });
  project.write('money/rate.ts', 'export const rate: number = 10;\n');
  // Until then the worker before may still take a run.
  await expect.poll(printed, soon).toMatch(/^stopped$/m);
  expect(await (await app.startWorkflow('ChargeWorkflow', 5)).result()).toBe('50 in attempt 3, doubled 100');
  project.write('activities.ts', `${ACTIVITIES}export const broken = ;\n`);
  await expect.poll(printed, soon).toMatch(/ACTIVITY_SYNTAX: .*activities\.ts:\d+:23: /);
  await expect.poll(printed, soon).toMatch(/keeps what it had/);
  expect(await (await app.startWorkflow('ChargeWorkflow', 7)).result()).toBe('70 in attempt 3, doubled 140');
  expect((await dev.stop('SIGINT')).status).toBe(0);
});

test('a syntax error in activities.ts ends worker and dev at their start, with its place', async () => {
  await using project = await shopProject();
  project.write('activities.ts', 'export const fine = async () => 1;\n\nexport function ( {}\n');
  for (const command of ['worker', 'dev']) {
    const { status, stderr } = await project.mcpa([command]).done;
    expect(status).toBe(2);
    expect(stderr).toMatch(/error ACTIVITY_SYNTAX: .*activities\.ts:3:17: /);
    expect(stderr).toContain('fix: correct the file at this line and column');
  }
});

test('two files with one name, and a pattern without a file, end a worker at its start', async () => {
  await using project = await shopProject();
  const config = project.read('mcp_agent.config.yaml');
  project.write('more.ts', 'export async function charge() {}\n');
  project.write('mcp_agent.config.yaml', `${config}activities: [activities.ts, more.ts]\n`);
  const twice = await project.mcpa(['worker']).done;
  expect(twice.status).toBe(2);
  expect(twice.stderr).toMatch(
    /error ACTIVITY_DUPLICATE: two activities are named charge: .*activities\.ts:\d+ and .*more\.ts:1/,
  );
  project.write('mcp_agent.config.yaml', `${config}activities: [activity.ts]\n`);
  const none = await project.mcpa(['worker', '--json']).done;
  expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: 'ACTIVITY_INVALID' } });
});
