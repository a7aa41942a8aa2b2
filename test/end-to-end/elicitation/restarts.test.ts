import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { Engines } from '../engines.js';
import { freePort, processesIn } from '../processes.js';
import { replay } from '../replay.js';
import { askingProject, questionsOf, SERVERS, serve, webServers } from './project.js';

const count = (text: string, line: string) => text.split('\n').filter((each) => each === line).length;

test('worker, MCP servers and engine are killed between a question and its answer, all but the engine between the rounds', async () => {
  await using engines = new Engines();
  let engine = await engines.start(0);
  const port = await freePort();
  await using project = await askingProject(SERVERS + webServers(port), 'agents: { move_at_kb: 16 }');
  project.env.TEMPORAL_ADDRESS = engine.address;
  const serveWeb = () => serve(project, 'asking-server.mjs', port);
  let http = await serveWeb();
  let worker = await project.worker();
  const open = () => connect({ cwd: project.dir, env: project.env });
  const ids: string[] = [];
  {
    await using app = await open();
    // By code, and by models whose agents have moved to runs of their own.
    for (const server of ['asking', 'web', 'pushing']) {
      const workflow = server === 'asking' ? 'CallWorkflow' : 'MovedWorkflow';
      const handle = await app.startWorkflow(workflow, server, 'book');
      await questionsOf(handle);
      ids.push(handle.workflowId);
    }
    const advised = await app.startWorkflow('CallWorkflow', 'asking', 'advise');
    await questionsOf(advised);
    ids.push(advised.workflowId);
  }
  const [asking, web, pushing, advised] = ids as [string, string, string, string];

  const killWorkers = async () => {
    await Promise.all([worker.stop('SIGKILL'), http.stop('SIGKILL')]);
    await expect
      .poll(() => processesIn(project.dir).filter((line) => line.includes('server.mjs')))
      .toEqual([]);
  };
  await killWorkers();
  process.kill(engine.pid, 'SIGKILL');
  await engine.exited;
  await engine.stop();
  engine = await engines.start(engine.port);
  await using app = await open();
  // Before a worker is back: what waits is told, and a wrong form is told too.
  expect((await app.inbox()).map(({ workflowId }) => workflowId).sort()).toEqual([...ids].sort());
  const wrong = app.getHandle(web).answer({ question: 'q1', action: 'accept', content: { name: 'W' } });
  await expect(wrong).rejects.toMatchObject({
    code: 'ANSWER_REFUSED',
    message: expect.stringContaining('field name'),
  });
  [http, worker] = await Promise.all([serveWeb(), project.worker()]);
  for (const id of [asking, web]) {
    const handle = app.getHandle(id);
    await handle.answer({ question: 'q1', action: 'accept', content: { name: id, seat: 'right' } });
    await expect.poll(async () => (await handle.questions())[0]?.id, { timeout: 30_000 }).toBe('q2');
  }
  expect(project.read('effects.log')).not.toContain('booked');
  // What waits for the model, too.
  await app.getHandle(advised).answer({ decision: 'approve' });
  expect(await app.getHandle(advised).result()).toContain('"text":"left"');
  expect(count(project.read('effects.log'), 'advise left')).toBe(1);

  await killWorkers();
  [http, worker] = await Promise.all([serveWeb(), project.worker()]);
  for (const id of [asking, web]) {
    const handle = app.getHandle(id);
    await handle.answer({ question: 'q2', action: 'accept', content: { sure: true } });
    expect(JSON.parse((await handle.result()) as string)).toMatchObject({
      name: id,
      seat: 'right',
      sure: true,
    });
    expect(count(project.read('effects.log'), `booked ${id}`)).toBe(1);
    await replay(project, id);
  }
  const { agents } = await app.getHandle(web).details();
  expect(agents.some(({ workflowId, toolCalls }) => workflowId !== web && toolCalls === 1)).toBe(true);
  // The server of 2025 held its call open, so that its outcome is unknown: the call is not repeated, and the model is told.
  const lost = app.getHandle(pushing);
  expect(await lost.result()).toMatch(/The outcome of this call is unknown/);
  expect(count(project.read('effects.log'), 'called')).toBe(1);
  const closed: string[] = [];
  for await (const event of lost.events()) if (event.type === 'question_closed') closed.push(event.how);
  expect(closed).toEqual(['cancelled']);
  await http.stop();
});
