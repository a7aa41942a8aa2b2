import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { operateProject } from './project.js';

const CALL = `
conversations:
  asker:
    - tools: [{ tool: note, args: { text: planned } }]
    - say: "The tool said: {{last}}"
`;

/** The project with a policy for the fixture server, its worker up, a run that waits for approval. */
async function waiting(approve: string) {
  const project = await operateProject(CALL);
  const config = project.read('mcp_agent.config.yaml');
  project.write(
    'mcp_agent.config.yaml',
    config.replace('command: node', `approve: ${approve}\n      command: node`),
  );
  const worker = await project.worker();
  const app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('AskingWorkflow', 'go');
  return { project, worker, app, handle };
}

test('a call waits for approval over a worker restart, with its arguments shown; nothing is sent before', async () => {
  const { project, worker, app, handle } = await waiting('always');
  await using _project = project;
  await using _app = app;
  await expect
    .poll(() => handle.questions(), { timeout: 30_000 })
    .toMatchObject([
      {
        id: 'q1',
        kind: 'approval',
        default: 'refuse',
        tool: { server: 'fixture', tool: 'note', arguments: { text: 'planned' } },
      },
    ]);
  await worker.stop('SIGKILL');
  expect(project.read('effects.log')).toBe('');
  await project.worker();
  expect(await handle.answer({ decision: 'approve', by: 'ada' })).toMatchObject({
    state: 'accepted',
    question: 'q1',
  });
  expect(await handle.result()).toContain('noted planned');
  expect(project.read('effects.log')).toBe('planned\n');
  // Who decided, and when, stands in the run's history.
  const closed = (await handle.describe()).memo?.mcpa;
  expect(closed).toMatchObject({ final: true });
  const { history } = await app.open.client.workflowService.getWorkflowExecutionHistory({
    namespace: app.config.temporal.namespace,
    execution: { workflowId: handle.workflowId },
  });
  expect(
    JSON.stringify(
      history?.events?.map((event) =>
        String(
          event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args?.payloads?.[0]
            ?.data ?? '',
        ),
      ),
    ),
  ).toContain('ada');
});

test('a refused call is not made, and the model is told by whom and why', async () => {
  const { project, app, handle } = await waiting('{ tools: { note: always } }');
  await using _project = project;
  await using _app = app;
  await expect.poll(() => handle.questions(), { timeout: 30_000 }).toHaveLength(1);
  const refused = await project.mcpa(['answer', handle.workflowId, '--refuse', '--reason', 'not today']).done;
  expect(refused.status, refused.stderr).toBe(0);
  const result = await handle.result();
  expect(result).toMatch(/not made: .+ refused it\. Reason: not today/);
  expect(project.read('effects.log')).toBe('');
});

test('edited arguments reach the server, and the model knows', async () => {
  const { project, app, handle } = await waiting('unannotated');
  await using _project = project;
  await using _app = app;
  await expect.poll(() => handle.questions(), { timeout: 30_000 }).toHaveLength(1);
  const edited = await project.mcpa([
    'answer',
    handle.workflowId,
    '--approve',
    '--arguments',
    '{"text":"edited"}',
  ]).done;
  expect(edited.status, edited.stderr).toBe(0);
  const result = await handle.result();
  expect(result).toContain('changed the arguments of this call to {"text":"edited"}');
  expect(project.read('effects.log')).toBe('edited\n');
});

test('the deadline decides as the config says', async () => {
  const { project, app, handle } = await waiting(
    '{ default: always, timeout_seconds: 0.3, on_timeout: approve }',
  );
  await using _project = project;
  await using _app = app;
  expect(await handle.result()).toContain('planned');
});

test('a direct call of user code waits for approval too', async () => {
  const { project, app } = await waiting('unannotated');
  await using _project = project;
  await using _app = app;
  const handle = await app.startWorkflow('StepsWorkflow', 1);
  await expect.poll(() => handle.questions(), { timeout: 30_000 }).toHaveLength(1);
  await handle.answer({ decision: 'approve' });
  expect(await handle.result()).toBe(1);
});

test('unannotated: a tool that says it only reads is not held', async () => {
  const { project, app } = await waiting('unannotated');
  await using _project = project;
  await using _app = app;
  const handle = await app.startWorkflow('EchoWorkflow', 'free');
  expect(await handle.result()).toBe('free');
});
