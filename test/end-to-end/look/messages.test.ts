import { expect, test, vi } from 'vitest';
import { type ConversationMessages, connect, type RunMessages } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { type RecordedRequest, startProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../../worker/llm/fixtures/streams.js';
import { Project } from '../project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function TalkWorkflow(): Promise<string> {
  let go = false;
  setHandler(defineSignal('go'), () => { go = true; });
  const agent = new Agent({ name: 'talker', instruction: 'Talk.', serverNames: ['fixture'] });
  await agent.generateStr('add one and two');
  await condition(() => go);
  await agent.generateStr('once more');
  const other = agent.fork();
  return other.generateStr('and the fork');
}
`;

/** What a model gets and says, in one form: here from a request to the provider, below from `mcpa messages`. */
function asSent({ body }: RecordedRequest): string[] {
  // biome-ignore lint/suspicious/noExplicitAny: the body of the provider's API
  return body.messages.flatMap((message: { role: string; content: any[] }) =>
    message.content.map((part) => {
      if (part.type === 'text') return `${message.role}: ${part.text}`;
      if (part.type === 'tool_use') return `call ${part.id} ${part.name} ${JSON.stringify(part.input)}`;
      return `result ${part.tool_use_id}${part.is_error ? ' error' : ''}: ${part.content[0].text}`;
    }),
  );
}

function asRebuilt({ messages }: ConversationMessages): string[] {
  return messages.flatMap((message) =>
    message.content.map((part) => {
      if (part.type === 'tool_call') return `call ${part.id} ${part.name} ${JSON.stringify(part.arguments)}`;
      const text = part.type === 'text' ? part.text : part.type;
      if (message.role !== 'tool') return `${message.role}: ${text}`;
      return `result ${message.callId}${message.isError ? ' error' : ''}: ${text}`;
    }),
  );
}

test('messages are what the provider got, from history alone, over a worker restart', async () => {
  await using provider = await startProviderServer();
  await using project = await Project.create();
  project.env.ANTHROPIC_API_KEY = 'sk-test';
  project.write(
    'mcp_agent.config.yaml',
    `execution_engine: temporal
mcp:
  servers:
    fixture: { command: node, args: ["{{fixtures}}/modern-server.mjs"] }
model: anthropic:claude-test
anthropic: { base_url: "${provider.url}" }
`,
  );
  project.write('workflows/talk.ts', WORKFLOWS);
  provider.reply(
    anthropicStream([
      'I will add.',
      { tool: 'add', args: { a: 1, b: 2 }, id: 'toolu_add' },
      { tool: 'fail', args: {}, id: 'toolu_fail' },
    ]),
    anthropicStream(['It is three.\u001b[2J']),
    anthropicStream(['Still three.']),
    anthropicStream(['The fork agrees.']),
  );
  const first = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('TalkWorkflow');
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 60_000 }).toBe(2);
  await first.stop('SIGKILL');
  const second = await project.worker();
  await handle.signal('go');
  expect(await handle.result()).toBe('The fork agrees.');
  await second.stop();

  const printed = await project.mcpa(['messages', handle.workflowId, '--json']).done;
  const { conversations } = shapes.messages.parse(JSON.parse(printed.stdout)) as RunMessages;
  expect(conversations.map((each) => each.conversation)).toEqual(['talker', 'talker#2']);
  const [talker, fork] = conversations as [ConversationMessages, ConversationMessages];
  expect(talker.definition).toMatchObject({ instruction: 'Talk.', serverNames: ['fixture'] });
  expect(asRebuilt(talker)).toEqual([...asSent(provider.requests[2]!), 'assistant: Still three.']);
  expect(asRebuilt(fork)).toEqual([...asSent(provider.requests[3]!), 'assistant: The fork agrees.']);
  expect(asRebuilt(talker)).toContain('result toolu_add: 3');
  expect(talker.messages.map((message) => message.index)).toEqual([1, 2, 3, 4, 5, 6, 7]);

  const text = await project.mcpa(['messages', '--agent', 'talker', handle.workflowId]).done;
  expect(text.stdout).toContain('→ add {"a":1,"b":2}');
  expect(text.stdout).toMatch(/tool fail · error\n {2}no luck/);
  expect(text.stdout).not.toContain('\u001b');
  const cut = await handle.messages({ agent: 'talker', turn: 1 });
  expect(asRebuilt(cut.conversations[0]!)).toEqual([
    ...asSent(provider.requests[0]!),
    'assistant: I will add.',
    'call toolu_add add {"a":1,"b":2}',
    'call toolu_fail fail {}',
  ]);
  const wrong = await project.mcpa(['messages', handle.workflowId, '--agent', 'nobody']).done;
  expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining('it has: talker') });
});
