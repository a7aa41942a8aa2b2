import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { shapes } from '../../json/index.mjs';
import { slowProject, stagedWorkflow } from '../slow-project.js';

const SCRIPT = `
turns:
  - say: done
`;

const ASK = "await agent.generateStr('begin');";
const SLEEP = "await sleep(10, { summary: 'breath' });";
const FILE = 'workflows/fixture.ts';
/** Processes start and bundle on a busy machine. */
const soon = { timeout: 90_000 };

test('an edit waits for open runs that it does not fit; those that it fits go over', async () => {
  await using project = await slowProject(SCRIPT);
  await using app = await connect({ cwd: project.dir, env: project.env });
  const begin = async () => {
    const run = await app.startWorkflow('StagedWorkflow');
    const { workflow } = app.open.client;
    const stepped = async () => {
      const { events } = await workflow.getHandle(run.workflowId).fetchHistory();
      return events?.some(
        (event) => event.activityTaskCompletedEventAttributes ?? event.timerFiredEventAttributes,
      );
    };
    await expect.poll(stepped, soon).toBe(true);
    return run;
  };
  project.write(FILE, stagedWorkflow(ASK, "'first'"));
  const dev = project.mcpa(['dev']);
  await dev.output(/watching for changes/);
  const first = await begin();

  project.write(FILE, stagedWorkflow(SLEEP, "'second'"));
  await expect.poll(() => dev.stderr, soon).toMatch(/not loaded: 0 of 1 open runs fit/);
  expect(dev.stderr).toContain(
    `✗ StagedWorkflow ${first.workflowId}: event 5 is activity mcpa.generate (stager · turn 1); ` +
      `the code now starts timer 10 ms (breath) at ${FILE}:11`,
  );
  // The worker has what it had, for new runs too.
  const beside = await begin();
  await beside.signal('go');
  expect(await beside.result()).toBe('first');

  project.write(FILE, stagedWorkflow(ASK, "'third'"));
  await expect.poll(() => dev.stderr, soon).toMatch(/1 of 1 open runs fits and goes over/);
  await expect.poll(() => dev.stderr, soon).toMatch(/^stopped$/m);
  await first.signal('go');
  expect(await first.result()).toBe('third');

  const held = await begin();
  project.write(FILE, stagedWorkflow(SLEEP, "'fourth'"));
  await expect.poll(() => dev.stderr, soon).toMatch(/(not loaded[\s\S]*){2}/);
  await held.signal('go');
  expect(await held.result()).toBe('third');
  await expect.poll(() => dev.stderr, soon).toMatch(/reload a run that held it back has ended/);
  await expect.poll(() => dev.stderr, soon).toMatch(/(^stopped$[\s\S]*){2}/m);
  const last = await begin();
  expect((await dev.stop('SIGINT')).status).toBe(0);

  // Changed while no dev was there: nothing can be held back, and it is said.
  project.write(FILE, stagedWorkflow(ASK, "'fifth'"));
  const again = project.mcpa(['dev', '--json', '--force']);
  const lines = () =>
    again.stdout
      .split('\n')
      .filter((line) => line.includes('"reload"'))
      .map((line) => shapes.dev.parse(JSON.parse(line)));
  await expect.poll(lines, soon).toMatchObject([
    {
      loaded: true,
      fit: 0,
      differ: 1,
      runs: [
        { workflowId: last.workflowId, difference: { now: expect.stringContaining('turn 1'), line: 11 } },
      ],
    },
  ]);
  // What is blocked already holds nothing back, and an edit heals it.
  project.write(FILE, stagedWorkflow(SLEEP, "'sixth'"));
  await expect.poll(lines, soon).toMatchObject([{}, { loaded: true, fit: 1, differ: 0 }]);
  await last.signal('go');
  expect(await last.result()).toBe('sixth');
  const forced = await begin();
  project.write(FILE, stagedWorkflow(ASK, "'seventh'"));
  await expect
    .poll(lines, soon)
    .toMatchObject([{}, {}, { loaded: true, fit: 0, differ: 1, runs: [{ workflowId: forced.workflowId }] }]);
  await app.open.client.workflow.getHandle(forced.workflowId).terminate();
  expect((await again.stop('SIGINT')).status).toBe(0);
}, 400_000);
