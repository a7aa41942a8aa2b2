import { expect, test } from 'vitest';
import { DOWN, ENTER, inTerminal } from '../in-terminal.js';
import { operateProject } from './project.js';

const ANSI = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\]8;[^\u001b]*\u001b\\/g;

test('run asks in the terminal; the answer is the one chosen', async () => {
  await using project = await operateProject();
  await project.worker();
  const args = ['run', 'InteractiveReviewWorkflow', '{"choices":["yes","no"]}'];
  const { run, press } = inTerminal(args, project.dir, project.env);
  await run.output(/Enter/);
  press(DOWN);
  await run.output(/● no/);
  press(ENTER);
  const { status, stdout } = await run.done;
  expect(status, stdout).toBe(0);
  const lines = stdout.replace(ANSI, '').replaceAll('\r', '').split('\n');
  expect(lines).toContain('reviewed: no');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test('a question that is answered elsewhere goes away; Ctrl-C at a question leaves the run', async () => {
  await using project = await operateProject();
  await project.worker();
  const { run } = inTerminal(
    ['run', 'InteractiveReviewWorkflow', '{}', '--id', project.queue],
    project.dir,
    project.env,
  );
  await run.output(/◆ {2}Is this draft good/);
  const elsewhere = await project.mcpa(['answer', project.queue, '--text', 'elsewhere']).done;
  expect(elsewhere.status, elsewhere.stderr).toBe(0);
  const ended = await run.done;
  expect(ended.status, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('reviewed: elsewhere');

  const second = inTerminal(['run', 'InteractiveReviewWorkflow', '{}'], project.dir, project.env);
  await second.run.output(/◆ {2}Is this draft good/);
  second.press('\u0003');
  const left = await second.run.done;
  expect(left.status, left.stdout).toBe(130);
  expect(left.stdout).toContain('goes on');
});

test('answer asks field by field for an approval, on a terminal', async () => {
  await using project = await operateProject(
    'conversations:\n  asker:\n    - tools: [{ tool: note, args: { text: planned } }]\n    - say: "{{last}}"\n',
  );
  const config = project.read('mcp_agent.config.yaml');
  project.write(
    'mcp_agent.config.yaml',
    config.replace('command: node', 'approve: always\n      command: node'),
  );
  await project.worker();
  const detached = await project.mcpa(['run', 'AskingWorkflow', 'go', '--detach', '--id', project.queue])
    .done;
  expect(detached.status, detached.stderr).toBe(0);
  const asks = async () => {
    const list = ['inbox', '--query', `WorkflowId = '${project.queue}'`, '--json'];
    return JSON.parse((await project.mcpa(list).done).stdout).questions.length;
  };
  await expect.poll(asks, { timeout: 30_000 }).toBe(1);
  const { run, press } = inTerminal(['answer', project.queue], project.dir, project.env);
  await run.output(/Allow asker to call fixture\.note/);
  press(DOWN);
  await run.output(/● refuse/);
  press(ENTER);
  await run.output(/Reason/);
  press(`too risky${ENTER}`);
  const { status, stdout } = await run.done;
  expect(status, stdout).toBe(0);
  const result = await project.mcpa(['wait', project.queue]).done;
  expect(result.stdout).toContain('Reason: too risky');
});
