import { describe, expect, test } from 'vitest';
import { freePort, processesIn } from '../processes.js';
import type { Command, Finished } from '../project.js';
import { effect, slowProject } from '../slow-project.js';
import { refused, SilentServer } from './refused.js';

const SLOW = 'turns: [{ tools: [{ tool: slow, args: { ms: 60000 } }] }]\n';
const HELD = ['run', 'SignalledWorkflow', '--id'];

/** Ctrl-C: status 130, and nothing that the command started is left. */
async function interrupted(
  command: Command,
  dir: string,
  ...words: Array<string | RegExp>
): Promise<Finished> {
  command.child.kill('SIGINT');
  const finished = await refused(command, 130, 'INTERRUPTED', ...words);
  await gone(dir);
  return finished;
}

const gone = (dir: string) => expect.poll(() => processesIn(dir), { timeout: 15_000 }).toEqual([]);

describe('run', () => {
  test('while it connects: ends at once, and says that nothing runs', async () => {
    await using silent = await SilentServer.start();
    await using project = await slowProject(SLOW);
    const run = project.mcpa([...HELD, 'x', '--address', silent.address]);
    await silent.connected();
    await interrupted(run, project.dir, /while starting; nothing is left running/);
  });

  test('while it follows: the run goes on, and the message says how to follow it', async () => {
    await using project = await slowProject(SLOW);
    const id = `held-${project.queue}`;
    const run = project.mcpa([...HELD, id]);
    await run.output(/no worker polls/);
    await interrupted(
      run,
      project.dir,
      `run ${id} goes on`,
      `mcpa wait ${id} follows it, mcpa cancel ${id} ends it`,
    );
    expect((await project.mcpa(['result', id]).done).status).toBe(7);

    const wait = project.mcpa(['wait', id, '--json']);
    await wait.output(/no worker polls/);
    wait.child.kill('SIGTERM');
    const { status, stdout } = await wait.done;
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'INTERRUPTED',
      hint: expect.stringContaining(id),
    });
    expect(status).toBe(130);
  });
});

describe('run --local', () => {
  test('while the engine comes up, and again when it follows: nothing is left, the run is saved', async () => {
    await using project = await slowProject(SLOW);
    project.env.TEMPORAL_ADDRESS = `127.0.0.1:${await freePort()}`;
    const early = project.mcpa([...HELD, 'early', '--local']);
    await early.output(/starting the Temporal server/);
    await interrupted(early, project.dir, /nothing is left running/);

    const run = project.mcpa([...HELD, 'held', '--local']);
    await run.output(/^SignalledWorkflow held$/m);
    await interrupted(run, project.dir, 'run held is saved', /fix: .*mcpa dev.*mcpa run --local/);

    // The engine comes up again with the run in it: saved is saved.
    const again = project.mcpa([...HELD, 'held', '--local']);
    await refused(again, 2, 'RUN_EXISTS', 'held');
    await gone(project.dir);
  });

  test('while the worker comes up', async () => {
    await using project = await slowProject(SLOW, 'new');
    // The last line before the worker connects and loads the bundle.
    project.write('.mcpa/cache', 'a file, so that there is a warning');
    const run = project.mcpa([...HELD, `x-${project.queue}`, '--local']);
    await run.output(/stays in memory/);
    await interrupted(run, project.dir, /nothing is left running/);
  });

  test('twice, while a tool holds the worker: ends at once', async () => {
    await using project = await slowProject(SLOW);
    const run = project.mcpa(['run', 'SlowWorkflow', 'go', '--local']);
    await effect(project, 'slow started');
    run.child.kill('SIGINT');
    await run.output(/stopping: finishing what is in flight \(Ctrl-C again ends at once\)/);
    run.child.kill('SIGINT');
    expect((await run.done).status).toBe(130);
    await gone(project.dir);
  });
});

describe('dev', () => {
  test('while the engine comes up', async () => {
    await using project = await slowProject(SLOW);
    project.env.TEMPORAL_ADDRESS = `127.0.0.1:${await freePort()}`;
    const dev = project.mcpa(['dev']);
    await dev.output(/starting the Temporal server/);
    await interrupted(dev, project.dir, /nothing is left running/);
  });

  test('while the worker comes up, and twice while a tool holds it', async () => {
    await using project = await slowProject(SLOW, 'new');
    const early = project.mcpa(['dev']);
    await early.output(/engine .* \(in use\)/);
    await interrupted(early, project.dir, /nothing is left running/);

    const dev = project.mcpa(['dev']);
    await dev.output(/watching/);
    const run = project.mcpa(['run', 'SlowWorkflow', 'go', '--detach'], project.dir);
    expect((await run.done).status).toBe(0);
    await effect(project, 'slow started');
    dev.child.kill('SIGINT');
    await dev.output(/stopping: draining/);
    dev.child.kill('SIGINT');
    expect((await dev.done).status).toBe(130);
    await gone(project.dir);
  });
});

test('server start: while it comes up an interruption, later the way to end it', async () => {
  await using project = await slowProject(SLOW);
  project.env.TEMPORAL_ADDRESS = `127.0.0.1:${await freePort()}`;
  const early = project.mcpa(['server', 'start']);
  await early.output(/starting the Temporal server/);
  await interrupted(early, project.dir, /nothing is left running/);

  const server = project.mcpa(['server', 'start']);
  await server.output(/ready engine/);
  expect((await server.stop('SIGINT')).status).toBe(0);
  await gone(project.dir);
});
