import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../../worker/llm/fixtures/streams.js';
import { Project } from '../project.js';

let provider: ProviderServer;
let project: Project;
const key = `sk-ant-planted-${randomBytes(12).toString('hex')}`;

beforeEach(async () => {
  provider = await startProviderServer();
  project = await Project.create('basic', 'provider');
  project.env.PLANTED = key;
  project.write(
    'mcp_agent.config.yaml',
    `
execution_engine: temporal
mcp:
  servers:
    fixture: { command: node, args: ["{{fixtures}}/modern-server.mjs"], env: { TOKEN: "\${PLANTED}" } }
model: anthropic:claude-test
anthropic: { base_url: "${provider.url}" }
`,
  );
  project.write('mcp_agent.secrets.yaml', 'anthropic: { api_key: "${PLANTED}" }\n');
  project.write(
    'workflows/ask.ts',
    `
import { Agent } from 'mcpa/workflow';
export async function AskWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: 'Answer.', serverNames: ['fixture'] });
  return agent.generateStr(input);
}
`,
  );
});
afterEach(async () => {
  await project[Symbol.asyncDispose]();
  await provider.close();
});

const answer = anthropicStream(['All is well.']);

test.each([
  [
    '429 with Retry-After',
    {
      status: 429,
      headers: { 'retry-after': '1' },
      body: { error: { type: 'rate_limit_error', message: 'slow down' } },
    },
  ],
  ['500', { status: 500, body: { error: { type: 'api_error', message: 'oops' } } }],
  ['529', { status: 529, body: { error: { type: 'overloaded_error', message: 'busy' } } }],
  ['a stream that is cut', { ...answer, cut: { after: 300, how: 'reset' as const } }],
])('C6: after %s the call is made again', async (_, failure) => {
  provider.reply(failure, answer);
  await project.worker();
  const run = await project.mcpa(['run', 'AskWorkflow', 'hello']).done;
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe('All is well.');
  expect(provider.requests).toHaveLength(2);
});

test('C6, B1: an unknown tool and bad arguments are results that the model reads', async () => {
  provider.reply(
    anthropicStream([{ tool: 'no_such_tool', args: {} }]),
    anthropicStream([{ tool: 'add', args: { a: 'x' } }]),
    answer,
  );
  await project.worker();
  const run = await project.mcpa(['run', 'AskWorkflow', 'hello']).done;
  expect(run.status, run.stderr).toBe(0);
  expect(JSON.stringify(provider.requests[1]?.body)).toContain('Unknown tool no_such_tool');
  expect(JSON.stringify(provider.requests[2]?.body)).toMatch(/is_error":true/);
});

test('C11: a key is in no history, no output, no error', async () => {
  provider.reply({
    status: 400,
    body: { error: { type: 'invalid_request_error', message: `what is ${key}?` } },
  });
  const worker = await project.worker();
  const run = await project.mcpa(['run', 'AskWorkflow', 'hello', '--id', 'secret-1', '--json']).done;
  const shown = await project.mcpa(['config', 'show', '--json']).done;
  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  const history = await new Client({ connection }).workflow.getHandle('secret-1').fetchHistory();
  await connection.close();
  const stored = JSON.stringify(history, (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString() : value,
  );
  const decoded = Buffer.from(stored).toString();
  for (const text of [
    run.stdout,
    run.stderr,
    shown.stdout,
    shown.stderr,
    worker.stdout,
    worker.stderr,
    decoded,
  ]) {
    expect(text).not.toContain(key);
    expect(text).not.toContain(Buffer.from(key).toString('base64').slice(4, -4));
  }
});
