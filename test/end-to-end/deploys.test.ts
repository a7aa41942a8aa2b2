import { expect, test } from 'vitest';
import { connect, type RunHandle } from '../../src/client/index.js';
import { slowProject } from './slow-project.js';

const SCRIPT = `
turns:
  - when: { contains: again }
    tools: [{ tool: echo, args: { text: three } }, { tool: echo, args: { text: four } }]
  - when: { contains: three }
    say: "{{last}}"
  - when: { contains: four }
    say: "{{result.2}} {{result.3}}"
  - when: { contains: two }
    say: "{{result.0}} {{result.1}}"
  - tools: [{ tool: echo, args: { text: one } }, { tool: echo, args: { text: two } }]
`;

/** Agent steps before and after a wait that a test ends. */
const WORKFLOW = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function StagedWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'slow', instruction: 'Use tools.', serverNames: ['fixture'] });
  let going = false;
  setHandler(defineSignal('go'), () => {
    going = true;
  });
  const first = await agent.generateStr('begin');
  await condition(() => going);
  return first + ', ' + (await agent.generateStr('again'));
}
`;

async function reached(handle: RunHandle, type: string, times: number): Promise<void> {
  let seen = 0;
  for await (const event of handle.events({ live: false })) {
    if (event.type === type && ++seen === times) return;
  }
  throw new Error(`${handle.workflowId} ended without ${type}`);
}

test('C8: a deploy that does not fit an open run blocks it; a rollback heals it', async () => {
  await using project = await slowProject(SCRIPT);
  project.write('workflows/staged.ts', WORKFLOW);
  await using app = await connect({ cwd: project.dir, env: project.env });
  const first = await project.worker();
  const handle = await app.startWorkflow('StagedWorkflow');
  await reached(handle, 'model_call_completed', 2);
  await first.stop();

  project.write(
    'workflows/staged.ts',
    WORKFLOW.replace(
      "const first = await agent.generateStr('begin')",
      'const first = String(await agent.listTools())',
    ),
  );
  const deployed = await project.worker();
  const wait = project.mcpa(['wait', handle.workflowId]);
  await handle.signal('go');
  await reached(handle, 'task_failed', 1);
  await wait.output(/is blocked, not failed: the workflow code of worker .* does not fit/);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await deployed.stop();

  project.write('workflows/staged.ts', WORKFLOW);
  await project.worker();
  const { status, stdout, stderr } = await wait.done;
  expect(status, stderr).toBe(0);
  expect(stdout.trim()).toBe('one two, three four');
  // History keeps the failed task, but it is no news.
  const again = await project.mcpa(['wait', handle.workflowId]).done;
  expect(again.stdout.trim()).toBe('one two, three four');
  expect(again.stderr).not.toContain('is blocked');
});
