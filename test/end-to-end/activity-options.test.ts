import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { type ProviderServer, startProviderServer } from '../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../worker/llm/fixtures/streams.js';
import { type Finished, Project } from './project.js';

let provider: ProviderServer;
let project: Project;
let id: string;
const at: number[] = [];

beforeEach(async () => {
  provider = await startProviderServer();
  project = await Project.create();
  id = `options-${project.queue}`;
  at.length = 0;
});
afterEach(async () => {
  await project[Symbol.asyncDispose]();
  await provider.close();
});

const ASK = `
import { Agent } from 'mcpa/workflow';
export async function AskWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: 'Answer.' });
  return agent.generateStr(input);
}
`;

async function runWith(config: string): Promise<Finished> {
  project.write(
    'mcp_agent.config.yaml',
    `execution_engine: temporal
${config}
model: anthropic:claude-test
anthropic: { base_url: "${provider.url}", api_key: test-key }
`,
  );
  project.write('workflows/ask.ts', ASK);
  await project.worker();
  return project.mcpa(['run', 'AskWorkflow', 'hello', '--id', id]).done;
}

const oops = () => {
  at.push(Date.now());
  return { status: 500, body: { error: { type: 'api_error', message: 'oops' } } };
};

test('workflow_task_retry_policies: an exact name before a prefix before "*", with its attempts and intervals', async () => {
  provider.otherwise(oops);
  const run = await runWith(`workflow_task_retry_policies:
  mcpa.generate: { maximum_attempts: 3, initial_interval: 0.5, backoff_coefficient: 100, maximum_interval: 1 }
  mcpa.*: { maximum_attempts: 2 }
  "*": { maximum_attempts: 1 }`);
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('oops');
  expect(at).toHaveLength(3);
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(450);
  // A hundred times the first interval, but for the maximum.
  expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(950);
  expect(at[2]! - at[1]!).toBeLessThan(25_000);
});

test('workflow_task_retry_policies: a prefix before "*"; temporal.timeout_seconds bounds an attempt', async () => {
  provider.otherwise(() => ({ ...anthropicStream(['never said']), hang: true }));
  const run = await runWith(`temporal: { timeout_seconds: 1 }
workflow_task_retry_policies:
  mcpa.*: { maximum_attempts: 2, initial_interval: 0.1 }
  "*": { maximum_attempts: 1 }`);
  expect(run.status, run.stderr).toBe(1);
  expect(run.stderr).toMatch(/timeout|timed out/i);
  // Counted by the engine: on a busy machine an attempt may be over before its request is out.
  await using app = await connect({ cwd: project.dir, env: project.env });
  const { events = [] } = await app.open.client.workflow.getHandle(id).fetchHistory();
  expect(events!.find((event) => event.activityTaskStartedEventAttributes)).toMatchObject({
    activityTaskStartedEventAttributes: { attempt: 2 },
  });
  for (const request of provider.requests) await request.aborted;
});

test('workflow_task_retry_policies: non_retryable_error_types end at once', async () => {
  provider.otherwise(oops);
  const run = await runWith(`workflow_task_retry_policies:
  "*": { maximum_attempts: 5, initial_interval: 0.1, non_retryable_error_types: [mcpa.Model.server] }`);
  expect(run.status).toBe(1);
  expect(at).toHaveLength(1);
});

test('workflow_task_retry_policies: 0 attempts are no limit, and pauses may be longer than the default', async () => {
  provider.reply(oops(), oops(), anthropicStream(['at last']));
  const run = await runWith(`workflow_task_retry_policies:
  mcpa.generate: { maximum_attempts: 0, initial_interval: 0.1, maximum_interval: 0.2 }
  mcpa.callTool: { initial_interval: 120 }`);
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe('at last');
});

test('C6: a provider that says to come again at once is asked again, as the policy has it', async () => {
  const now = { ...oops(), status: 429 };
  const past = new Date(Date.now() - 60_000).toUTCString();
  provider.reply(
    { ...now, headers: { 'retry-after': '0' } },
    { ...now, headers: { 'retry-after': past } },
    anthropicStream(['served']),
  );
  const run = await runWith('workflow_task_retry_policies: { "*": { initial_interval: 0.2 } }');
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe('served');
  const [first, second] = provider.requests.map((request) => request.at) as [number, number];
  expect(second - first).toBeGreaterThanOrEqual(150);
});
