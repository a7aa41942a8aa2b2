import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connect, type RunHandle } from '../../src/client/index.js';
import { loadConfig, readHistory, replayRuns } from '../../src/worker/index.js';
import { shapes } from '../json/index.mjs';
import type { Finished, Project } from './project.js';
import { slowProject, stagedWorkflow } from './slow-project.js';

const SCRIPT = `
turns:
  - when: { contains: ok }
    say: done
  - tools: [{ tool: echo, args: { text: ok } }]
`;

const BREATH = "await sleep(10, { summary: 'breath' });";
const STAGED = stagedWorkflow(`${BREATH}\n  const text = await agent.generateStr('begin');`, 'text');
const WORKFLOWS = `${STAGED}
export async function QuickWorkflow(): Promise<string> {
  return 'quick';
}
`;

let project: Project;
let open: RunHandle;
const file = 'workflows/fixture.ts';

beforeAll(async () => {
  project = await slowProject(SCRIPT);
  project.write(file, WORKFLOWS);
  const worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  open = await app.startWorkflow('StagedWorkflow');
  await (await app.start('QuickWorkflow', { workflowId: `quick-${process.pid}` })).result();
  const answered = async () => (await open.messages()).conversations[0]?.messages.length;
  await vi.waitFor(async () => expect(await answered()).toBe(4), { timeout: 30_000 });
  await worker.stop();
  const history = await app.open.client.workflow.getHandle(open.workflowId).fetchHistory();
  project.write('history.json', historyToJSON(history));
}, 120_000);
afterAll(() => project?.[Symbol.asyncDispose]());

const edit = (from: string | RegExp, to: string) => project.write(file, WORKFLOWS.replace(from, to));
const check = (...args: string[]): Promise<Finished> => project.mcpa(['check', ...args]).done;
const lineOf = (text: string) =>
  project
    .read(file)
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

test("today's code fits open and recent runs, as long as no step changes", async () => {
  project.write(file, WORKFLOWS.replace("'quick'", "'quicker'").replace('Use tools.', 'Be brief.'));
  const { status, stdout, stderr } = await check();
  expect(stdout + stderr).toBe('all 2 runs fit\n');
  expect(status).toBe(0);
});

test('a step of an agent in place of another: run, step, file and line, as an object and as text', async () => {
  edit(BREATH, '');
  const { status, stdout } = await check('--json');
  expect(status).toBe(1);
  const found = shapes.check.parse(JSON.parse(stdout));
  expect(found).toMatchObject({ checked: 2, fit: 1, differ: 1 });
  expect(found.runs.find(({ fits }) => !fits)).toMatchObject({
    workflowId: open.workflowId,
    workflow: 'StagedWorkflow',
    difference: {
      recorded: { eventId: 5, step: 'timer 10 ms (breath)' },
      now: 'activity mcpa.generate (stager · turn 1)',
      file,
      line: lineOf('generateStr'),
    },
  });

  edit(BREATH, `${BREATH}\n  await agent.listTools();`);
  const text = await check('--open');
  expect(text.stdout).toBe(
    `✗ StagedWorkflow ${open.workflowId}: event 10 is activity mcpa.generate (stager · turn 1); ` +
      `the code now starts activity mcpa.listTools (stager · tools) at ${file}:${lineOf('listTools')}\n` +
      'the run does not fit: a worker with this code would block it\n',
  );
  expect((await check('--recent', '1', '--workflow', 'QuickWorkflow')).stdout).toBe('the run fits\n');
  expect((await check('--workflow', 'Nobody')).stdout).toBe('no runs to check\n');
});

test('a history file needs no engine', async () => {
  edit(BREATH, "throw new Error('no');");
  const { status, stdout } = await check('history.json', '--address', '127.0.0.1:1');
  expect(stdout).toContain(
    `✗ StagedWorkflow ${open.workflowId}: event 5 is timer 10 ms (breath); the code now throws before it`,
  );
  expect(status).toBe(1);
});

test.each([
  [
    'a step is gone',
    "await agent.generateStr('begin')",
    "''",
    /event 10 is activity mcpa\.generate .*; the code now starts nothing there/,
  ],
  [
    'the workflow is gone',
    'function StagedWorkflow',
    'function OtherWorkflow',
    /the code fails: no workflow "StagedWorkflow" in this worker/,
  ],
  ['it returns', BREATH, "return '';", /event 5 is timer 10 ms \(breath\); the code now returns before it/],
  ['it never ends', BREATH, 'while (true);', /the code fails: Script execution timed out/],
])('the library, too: %s', async (_, from, to, message) => {
  edit(from, to);
  const { config } = await loadConfig({ cwd: project.dir, env: project.env });
  const run = readHistory(project.read('history.json'), 'history.json');
  const verdicts = [];
  for await (const verdict of replayRuns([run, run], { config })) verdicts.push(verdict);
  expect(verdicts).toHaveLength(2);
  for (const { fits, difference } of verdicts) {
    expect(fits).toBe(false);
    expect(difference?.message).toMatch(message);
  }
});

test.each([
  [['missing.json'], 2, /error HISTORY_INVALID: missing\.json can't be read/],
  [['script.yaml'], 2, /error HISTORY_INVALID: script\.yaml: not JSON/],
  [['empty.json'], 2, /error HISTORY_INVALID: empty\.json: no history: it has no events/],
  [['history.json', '--open'], 2, /error USAGE: history files and runs of the engine/],
  [['--recent', 'few'], 2, /error USAGE: --recent: "few" is not a number/],
  [['--address', '127.0.0.1:1'], 3, /error ENGINE_UNREACHABLE/],
])('wrong input: check %j ends with %i', async (args, status, message) => {
  project.write('empty.json', '{"events":[]}');
  const done = await check(...args);
  expect(done.stderr).toMatch(message);
  expect(done.stderr).toContain('fix: ');
  expect(done.status).toBe(status);
});
