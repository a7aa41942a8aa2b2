import { expect, test } from 'vitest';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { freePort } from '../processes.js';
import type { Project } from '../project.js';

const WORKFLOW = `
import { waitForHumanInput } from 'mcpa/workflow';

export async function AskWorkflow(): Promise<string> {
  return waitForHumanInput('and?');
}
`;

/** A project whose `dev` brings its own engine, at this port. */
async function projectAt(port: number): Promise<Project> {
  const project = await fixtureProject(fixtureConfig({ temporal: `, port: ${port}` }), WORKFLOW, 'turns: []');
  delete project.env.TEMPORAL_ADDRESS;
  return project;
}

const engineOf = (project: Project) =>
  JSON.parse(project.read('.mcpa/engine.json')) as { pid: number; address: string };

test('an engine that is killed under two devs is started again, once, on its file and port: open runs go on', async () => {
  const port = await freePort();
  await using project = await projectAt(port);
  const devs = [];
  for (let n = 0; n < 2; n++) {
    const dev = project.mcpa(['dev']);
    await dev.output(/watching for changes/);
    devs.push(dev);
  }
  const run = ['run', 'AskWorkflow', '--id', 'before', '--until-blocked'];
  expect((await project.mcpa(run).done).status).toBe(6);
  const first = engineOf(project);
  process.kill(first.pid, 'SIGKILL');
  for (const dev of devs)
    await dev.output(new RegExp(`engine 127.0.0.1:${port} had ended by itself and is up`));
  const second = engineOf(project);
  expect(second.address).toBe(first.address);
  expect(second.pid).not.toBe(first.pid);

  const answered = await project.mcpa(['answer', 'before', '--text', 'yes']).done;
  expect(answered.status, answered.stderr).toBe(0);
  expect((await project.mcpa(['wait', 'before']).done).stdout).toBe('yes\n');
  // The last of them ends it, as it would have ended the first.
  for (const dev of devs) expect((await dev.stop('SIGINT')).status, dev.stderr).toBe(0);
  expect((await project.mcpa(['list']).done).status).toBe(3);
}, 240_000);

test('an engine that ends again and again is given up, with what to do', async () => {
  const port = await freePort();
  await using project = await projectAt(port);
  const dev = project.mcpa(['dev']);
  await dev.output(/watching for changes/);
  const kill = () => process.kill(engineOf(project).pid, 'SIGKILL');
  for (let n = 1; n <= 3; n++) {
    kill();
    await dev.output(new RegExp(`(is up again[^]*){${n}}`));
  }
  kill();
  await dev.output(
    /engine .* has ended and is not started again: it has ended 4 times\n {2}fix: .*`mcpa dev` again/,
  );
  await dev.stop('SIGINT');
}, 240_000);
