import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { questionsOf, serve } from '../elicitation/project.js';
import { freePort } from '../processes.js';
import { replay } from '../replay.js';
import { effects, taskingProject } from './project.js';

test('tasks outlive two kills of their worker and one of their server: looked at on, called once, told once', async () => {
  const port = await freePort();
  await using project = await taskingProject(
    `\n    web: { url: "http://127.0.0.1:${port}/mcp", sampling: auto }\n`,
  );
  project.env.FIXTURE_TASKS = `${project.dir}/tasks`;
  const serveWeb = () => serve(project, 'tasking-server.mjs', port);
  let http = await serveWeb();
  let worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const call = (server: string, tool: string) => app.startWorkflow('CallWorkflow', server, tool);
  const build = await call('web', 'build');
  const model = await app.startWorkflow('ModelWorkflow', 'tasking', 'build');
  const asks = await call('web', 'asks');
  const rare = await call('rare', 'broken');
  const kept = await call('kept', 'slow');
  const looks = (tool: string, count: number) =>
    expect.poll(() => effects(project, `${tool} looked`), { timeout: 60_000 }).toBeGreaterThan(count);

  await Promise.all([looks('build', 4), looks('slow', 1), questionsOf(asks)]);
  await worker.stop('SIGKILL');
  worker = await project.worker();
  await asks.answer({ action: 'accept', content: { sure: true } });
  await looks('build', effects(project, 'build looked') + 2);
  await Promise.all([worker.stop('SIGKILL'), http.stop('SIGKILL')]);
  const before = effects(project, 'build looked');
  [http, worker] = await Promise.all([serveWeb(), project.worker()]);

  expect(await build.result()).toMatch(/^built after 3\d looks$/);
  expect(await model.result()).toMatch(/^The tool said: built after 3\d looks$/);
  expect(effects(project, 'build looked')).toBeGreaterThan(before);
  expect([effects(project, 'build began'), effects(project, 'build done')]).toEqual([2, 2]);
  expect(JSON.parse((await asks.result()) as string)).toMatchObject({
    content: { sure: true },
    seat: 'left',
  });
  expect([effects(project, 'asks began'), effects(project, 'asks told sure')]).toEqual([1, 1]);
  expect(await rare.result()).toBe('error: no such part');
  // Its worker had the only process that knew of it.
  expect(await kept.result().catch((error: Error) => error.message)).toMatch(
    /session with MCP server kept is lost/,
  );
  for (const { workflowId } of [build, model, asks]) await replay(project, workflowId);
  await http.stop();
});
