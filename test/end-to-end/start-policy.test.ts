import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../src/client/index.js';
import type { Project } from './project.js';
import { slowProject } from './slow-project.js';

type State = 'open' | 'completed' | 'failed';
const WORKFLOW: Record<State, string> = {
  open: 'SignalledWorkflow',
  completed: 'SlowWorkflow',
  failed: 'ThrowingWorkflow',
};

let project: Project;

beforeAll(async () => {
  project = await slowProject('turns: [{ say: done }]');
  await project.worker();
});
afterAll(() => project?.[Symbol.asyncDispose]());

/** An app by a config file that has this policy. */
async function appWith(policy: string | undefined): Promise<App> {
  const config = project.read('mcp_agent.config.yaml');
  if (policy !== undefined) {
    project.write(
      'mcp_agent.config.yaml',
      config.replace('temporal: {', `temporal: { id_reuse_policy: ${policy},`),
    );
  }
  try {
    return await connect({ cwd: project.dir, env: project.env });
  } finally {
    project.write('mcp_agent.config.yaml', config);
  }
}

test.each([
  [undefined, { open: 'RUN_EXISTS', completed: 'started', failed: 'started' }],
  ['allow_duplicate', { open: 'RUN_EXISTS', completed: 'started', failed: 'started' }],
  ['allow_duplicate_failed_only', { open: 'RUN_EXISTS', completed: 'RUN_EXISTS', failed: 'started' }],
  ['reject_duplicate', { open: 'RUN_EXISTS', completed: 'RUN_EXISTS', failed: 'RUN_EXISTS' }],
  ['terminate_if_running', { open: 'started', completed: 'started', failed: 'started' }],
])('temporal.id_reuse_policy: %s', async (policy, expected) => {
  await using app = await appWith(policy);
  for (const state of ['open', 'completed', 'failed'] as const) {
    const workflowId = `${policy}-${state}-${project.queue}`;
    const first = await app.start(WORKFLOW[state], { workflowId, args: ['go'] });
    if (state !== 'open') await first.result().catch(() => undefined);
    const second = await app.start('SignalledWorkflow', { workflowId }).then(
      (handle) => ({ outcome: 'started', handle }),
      (error) => ({ outcome: error.code, handle: undefined }),
    );
    expect(second.outcome, state).toBe(expected[state]);
    if (state === 'open') {
      const { status } = await app.open.client.workflow.getHandle(workflowId, first.runId).describe();
      expect(status.name).toBe(second.handle ? 'TERMINATED' : 'RUNNING');
    }
  }
});

test('a second run of one id: status 2, and what to do', async () => {
  const args = ['run', 'SignalledWorkflow', '--id', `twice-${project.queue}`, '--detach'];
  expect((await project.mcpa(args).done).status).toBe(0);
  const { status, stderr } = await project.mcpa(args).done;
  expect(status, stderr).toBe(2);
  expect(stderr).toMatch(/RUN_EXISTS.*\n.*--id.*temporal\.id_reuse_policy/);
});
