import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { shapes } from '../../json/index.mjs';
import type { Command } from '../project.js';
import { slowProject, stagedWorkflow } from '../slow-project.js';

const SCRIPT = 'turns:\n  - say: done\n';
const FILE = 'workflows/fixture.ts';
const CONFIG = 'mcp_agent.config.yaml';
const soon = { timeout: 60_000 };

test('worker.deployment: runs end on the version that they began on, new ones go to the current one', async () => {
  await using project = await slowProject(SCRIPT);
  const config = project.read(CONFIG);
  const name = `deployment-${project.queue}`;
  await using app = await connect({ cwd: project.dir, env: project.env });
  const { workflow: client, workflowService } = app.open.client;
  const ready = async (worker: Command) => {
    await worker.output(/"type":"ready"/);
    const line = worker.stdout.split('\n').find((text) => text.includes('"ready"'));
    return shapes.worker.parse(JSON.parse(line ?? '')).deployment;
  };
  const makeCurrent = (buildId: string) =>
    expect
      .poll(
        () =>
          workflowService
            .setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName: name, buildId })
            .then(
              () => 'current',
              // Until its first poll has been noticed.
              (error: Error) => error.message,
            ),
        soon,
      )
      .toBe('current');
  const begin = async () => {
    const run = await app.startWorkflow('StagedWorkflow');
    const begun = async () => (await client.getHandle(run.workflowId).fetchHistory()).events?.length;
    await expect.poll(begun, soon).toBeGreaterThan(5);
    return run;
  };

  project.write(CONFIG, `${config}\nworker: { deployment: { name: ${name}, build_id: one } }\n`);
  project.write(FILE, stagedWorkflow("await agent.generateStr('begin');", "'first'"));
  const one = project.mcpa(['worker', '--json']);
  expect(await ready(one)).toEqual({ name, buildId: 'one' });
  await one.output(new RegExp(`set-current-version --deployment-name ${name} --build-id one`));

  const asOne = `workers poll as version one of deployment ${name}, but none is current`;
  const fix = `set-current-version --deployment-name ${name} --build-id one`;
  const refused = () => project.mcpa(['run', 'StagedWorkflow', '--require-worker', '--detach']).done;
  // What polls is known some seconds after its first poll.
  const early = async () => {
    const { stderr } = await refused();
    return stderr;
  };
  await expect.poll(early, soon).toContain(asOne);
  const { status, stderr } = await refused();
  expect([status, stderr]).toEqual([3, expect.stringContaining(fix)]);
  const doctor = await project.mcpa(['doctor']).done;
  expect(doctor.stdout).toContain(asOne);
  expect(doctor.stdout).toContain(fix);
  const waiting = project.mcpa(['run', 'StagedWorkflow', '--id', `${name}-waiting`]);
  await waiting.output(new RegExp(`${asOne}; waiting.*${fix}`));
  await client.getHandle(`${name}-waiting`).terminate();
  await waiting.done;

  await makeCurrent('one');
  const old = await begin();

  project.write(CONFIG, `${config}\nworker: { deployment: { name: ${name} } }\n`);
  project.write(FILE, stagedWorkflow('await sleep(10);', "'second'"));
  const two = project.mcpa(['worker', '--json']);
  const { buildId } = (await ready(two)) ?? { buildId: '' };
  expect(buildId).toMatch(/^[0-9a-f]{16}$/);
  await makeCurrent(buildId);
  const next = await begin();
  await next.signal('go');
  expect(await next.result()).toBe('second');
  await old.signal('go');
  expect(await old.result()).toBe('first');
}, 240_000);

test('a name that the engine would refuse for ever, and a build id of no deployment, are errors of the config', async () => {
  await using project = await slowProject(SCRIPT);
  const config = project.read(CONFIG);
  project.write(CONFIG, `${config}\nworker: { deployment: { name: a.b } }\n`);
  const named = await project.mcpa(['worker']).done;
  expect(named.status).toBe(2);
  expect(named.stderr).toMatch(/worker\.deployment\.name: "a\.b" is no name of a deployment/);
  project.write(CONFIG, `${config}\nworker: { deployment: { build_id: one } }\n`);
  const unnamed = await project.mcpa(['config', 'check']).done;
  expect(unnamed.status).toBe(2);
  expect(unnamed.stderr).toMatch(/worker\.deployment\.build_id: is set without a name/);
});
