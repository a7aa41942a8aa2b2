import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { type ProviderServer, startProviderServer } from '../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../worker/llm/fixtures/streams.js';
import type { Project } from './project.js';
import { count, effect, slowProject } from './slow-project.js';

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { CancellationScope } from '@temporalio/workflow';

export async function AskWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: 'Answer.', serverNames: ['fixture'] });
  return agent.generateStr(input);
}

/** Asks a model and calls a tool on its way out, whatever happened. */
export async function TidyWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'asker', instruction: 'Answer.', serverNames: ['fixture'] });
  try {
    return await agent.generateStr(input);
  } finally {
    await CancellationScope.nonCancellable(async () => {
      await agent.callTool('fixture', 'slow', { ms: 1 });
      await agent.generateStr('tidy up');
    });
  }
}
`;

/** The scenario's limit is 2 s. */
const LIMIT_MS = 3 * 2_000;

let provider: ProviderServer;
let project: Project;

beforeAll(async () => {
  provider = await startProviderServer();
  project = await slowProject('turns: [{ say: unused }]');
  project.write('workflows/ask.ts', WORKFLOWS);
  const config = project.read('mcp_agent.config.yaml');
  project.write(
    'mcp_agent.config.yaml',
    `${config.replace('model: scripted', 'model: anthropic:claude-test')}
anthropic: { base_url: "${provider.url}", api_key: test-key }
`,
  );
  await project.worker();
});
beforeEach(() => {
  provider.requests.length = 0;
  project.write('effects.log', '');
});
afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await provider?.close();
});

/** Cancels by command a run that is followed by another; what the engine says it took, in milliseconds. */
async function cancelled(workflow: string, busy: () => Promise<unknown>): Promise<number> {
  const id = `${workflow}-${Math.random().toString(36).slice(2)}`;
  const run = project.mcpa(['run', workflow, 'go', '--id', id]);
  await busy();
  const cancel = await project.mcpa(['cancel', id]).done;
  expect(cancel.status, cancel.stderr).toBe(0);
  expect(cancel.stdout.trim()).toBe(`${id} cancelled`);
  expect((await run.done).status, run.stderr).toBe(4);
  await using app = await connect({ cwd: project.dir, env: project.env });
  const times = new Map<string, number>();
  for await (const event of app.getHandle(id).events({ live: false }))
    times.set(event.type, Date.parse(event.time));
  expect([...times.keys()].at(-1)).toBe('run_cancelled');
  const took = times.get('run_cancelled')! - times.get('cancel_requested')!;
  console.log(`${workflow}: the run ended ${took} ms after the request to cancel`);
  expect(took).toBeLessThan(LIMIT_MS);
  return took;
}

const asked = (requests: number) => () =>
  expect.poll(() => provider.requests.length, { timeout: 20_000 }).toBe(requests);
const toolCall = anthropicStream([{ tool: 'slow', args: { ms: 600_000 } }]);
const hanging = { ...anthropicStream(['never said']), hang: true };

test('C7: cancel during a model call: the provider’s request is aborted, the run cancelled within the limit', async () => {
  provider.reply(hanging);
  await cancelled('AskWorkflow', asked(1));
  await provider.requests[0]!.aborted;
  expect(provider.requests).toHaveLength(1);
});

test('C7: cancel during a tool call: the MCP request is aborted, the run cancelled within the limit', async () => {
  provider.reply(toolCall);
  await cancelled('AskWorkflow', () => effect(project, 'slow started'));
  await effect(project, 'slow cancelled');
  expect(provider.requests).toHaveLength(1);
});

test('C7: cancel during a model call with non-cancellable clean-up: it is done, and then the run is cancelled', async () => {
  provider.reply(hanging, anthropicStream(['tidy']));
  await cancelled('TidyWorkflow', asked(1));
  await provider.requests[0]!.aborted;
  expect(count(project.read('effects.log'), 'slow started')).toBe(1);
  expect(provider.requests).toHaveLength(2);
  expect(JSON.stringify(provider.requests[1]!.body)).toContain('tidy up');
});

test('C7: cancel during a tool call with non-cancellable clean-up: it is done, and then the run is cancelled', async () => {
  provider.reply(toolCall, anthropicStream(['tidy']));
  await cancelled('TidyWorkflow', () => effect(project, 'slow started'));
  await effect(project, 'slow cancelled');
  expect(count(project.read('effects.log'), 'slow started')).toBe(2);
  expect(provider.requests).toHaveLength(2);
});
