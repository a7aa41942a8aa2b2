import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { questionsOf } from '../elicitation/project.js';
import { repository } from '../project.js';
import { servedProject } from '../serve/project.js';
import { taskingProject } from './project.js';

test("a run's tool is a workflow of another project: asked, killed in between, cancelled, as one", async () => {
  await using served = await servedProject();
  const server = {
    command: process.execPath,
    args: [join(repository, 'bin/mcpa.js'), 'serve'],
    cwd: served.dir,
    env: {
      TEMPORAL_ADDRESS: served.env.TEMPORAL_ADDRESS,
      MCPA_TASK_QUEUE: served.queue,
      PROJECT: served.dir,
    },
  };
  await using project = await taskingProject(`\n    other: ${JSON.stringify(server)}\n`);
  const [first] = await Promise.all([project.worker(), served.worker()]);
  await using app = await connect({ cwd: project.dir, env: project.env });
  await using there = await connect({ cwd: served.dir, env: served.env });

  const asks = await app.startWorkflow('CallWorkflow', 'other', 'AskWorkflow', { topic: 'shoes' });
  const [colour] = await questionsOf(asks);
  expect(colour).toMatchObject({ kind: 'form', prompt: expect.stringContaining('Which colour for shoes?') });
  await first.stop('SIGKILL');
  await project.worker();
  await asks.answer({ action: 'accept', content: { answer: 'blue' } });
  await expect
    .poll(async () => (await asks.questions())[0]?.prompt, { timeout: 30_000 })
    .toContain('Which size?');
  await asks.answer({ action: 'accept', content: { answer: 'large' } });
  expect(await asks.result()).toBe('shoes: blue, large');

  const declines = await app.startWorkflow('CallWorkflow', 'other', 'AskWorkflow', { topic: 'hats' });
  await questionsOf(declines);
  await declines.answer({ action: 'decline' });
  expect(await declines.result()).toMatch(
    /^error: The task of AskWorkflow was cancelled, .*without an answer/,
  );

  const waits = await app.startWorkflow('CallWorkflow', 'other', 'WaitWorkflow');
  const runs = async (workflow: string) => (await there.list({ workflow, taskQueue: served.queue })).runs;
  await expect.poll(() => runs('WaitWorkflow'), { timeout: 30_000 }).toHaveLength(1);
  await waits.cancel();
  await expect(waits.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  await expect
    .poll(async () => (await runs('WaitWorkflow'))[0]?.status, { timeout: 30_000 })
    .toBe('cancelled');
  expect((await runs('AskWorkflow')).map(({ status }) => status).sort()).toEqual(['cancelled', 'completed']);
});
