import { expect, test, vi } from 'vitest';
import { type ConversationMessages, connect, type RunMessages } from '../../../src/client/index.js';
// @ts-expect-error a plain script
import { shapes } from '../../json/index.mjs';
import { type ProviderServer, startProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../../worker/llm/fixtures/streams.js';
import type { Project } from '../project.js';
import { mcp, readerProject, told } from './project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = 4_000;

/** A model that reads so many pages and then answers; its provider has room for so many characters. */
function reader(provider: ProviderServer, pages: number, room = Number.POSITIVE_INFINITY): void {
  let read = 0;
  provider.otherwise(({ body }) => {
    const size = JSON.stringify(body.messages).length;
    if (size > room)
      return {
        status: 400,
        body: { error: { type: 'invalid_request_error', message: `prompt is too long: ${size}` } },
      };
    // As a real tokenizer: about four characters a token.
    const usage = { input_tokens: Math.ceil((size + JSON.stringify(body.tools ?? []).length) / 4) };
    const last = body.messages.at(-1).content.at(-1);
    if (/^The conversation so far/.test(last.text)) return anthropicStream(['Pages were read.'], { usage });
    if (last.type === 'text' && last.text !== 'read all of it')
      return anthropicStream(['Nothing.'], { usage });
    if (read === pages) return anthropicStream(['All read.'], { usage });
    read++;
    return anthropicStream([{ tool: 'page', args: { n: read, size: PAGE }, id: `toolu_${read}` }], { usage });
  });
}

const anthropic = (provider: ProviderServer) =>
  `model: anthropic:claude-test\nanthropic: { base_url: "${provider.url}" }`;

/** Runs the workflow to its signal, kills the worker, and lets another one end it. */
async function readOverKill(project: Project) {
  const first = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ReadWorkflow');
  for await (const event of handle.events({ live: false })) {
    if (event.type === 'run_failed') throw new Error(event.message);
    if (event.type === 'model_call_completed' && event.toolCalls.length === 0) break;
  }
  await first.stop('SIGKILL');
  const second = await project.worker();
  await handle.signal('go');
  expect(await handle.result()).toBe('All read. Nothing.');
  await second.stop();
  const printed = await project.mcpa(['messages', handle.workflowId, '--json']).done;
  const { conversations } = shapes.messages.parse(JSON.parse(printed.stdout)) as RunMessages;
  const tail = await project.mcpa(['tail', handle.workflowId, '--json']).done;
  const events = tail.stdout
    .trim()
    .split('\n')
    .map((line) => shapes.tail.parse(JSON.parse(line)));
  return {
    id: handle.workflowId,
    conversation: conversations[0] as ConversationMessages,
    compactions: events.filter((event) => event.type === 'context_compacted'),
  };
}

test('truncate_tools: old results make room, the same after a kill -9, and history keeps them whole', async () => {
  await using provider = await startProviderServer();
  await using project = await readerProject(
    `${mcp()}\n${anthropic(provider)}\ncontext: { limit_tokens: 4000, keep_turns: 2 }`,
  );
  reader(provider, 8);
  const { id, conversation, compactions } = await readOverKill(project);

  const sizes = provider.requests.map(({ body }) => JSON.stringify(body.messages).length);
  expect(Math.max(...sizes)).toBeLessThan(4_000 * 4);
  expect(compactions.length).toBeGreaterThanOrEqual(2);
  expect(compactions.length).toBeLessThan(6);
  expect(compactions[0]).toMatchObject({ agent: 'reader', policy: 'truncate_tools' });
  expect(compactions[0].tokensAfter).toBeLessThan(compactions[0].tokensBefore);

  // The new worker, which never saw the conversation, sends what the old one sent.
  const [last, after] = provider.requests.slice(-2).map(told) as [string[], string[]];
  expect(after).toEqual([...last, 'assistant: All read.', 'user: and now?']);
  expect(after.filter((line) => /^result .*left out/.test(line)).length).toBeGreaterThanOrEqual(4);
  expect(after.filter((line) => line.startsWith('call')).length).toBe(8);

  const results = conversation.messages.filter((message) => message.role === 'tool');
  expect(results.map((message) => (message.content[0] as { text: string }).text.length)).toEqual(
    Array(8).fill(PAGE),
  );
  const marked = results.filter((message) => message.leftOut?.as === 'line');
  expect(marked).toHaveLength(after.filter((line) => /^result .*left out/.test(line)).length);
  const tail = await project.mcpa(['tail', id]).done;
  expect(tail.stdout).toMatch(/! reader: \d+ tool results left out \(about [\d,.k]+ → [\d,.k]+ tokens\)/);
  const text = await project.mcpa(['messages', id]).done;
  expect(text.stdout).toMatch(/tool page · left out from turn \d+ on/);
  // As of an early turn nothing was left out yet.
  const early = await project.mcpa(['messages', id, '--turn', '2']).done;
  expect(early.stdout).not.toContain('left out from turn');
});

test('summarize: a summary stands for the old turns, its tokens count, and messages has all', async () => {
  await using provider = await startProviderServer();
  await using project = await readerProject(
    `${mcp()}\n${anthropic(provider)}\ncontext: { policy: summarize, limit_tokens: 6000, keep_turns: 2 }`,
  );
  reader(provider, 8);
  const { id, conversation, compactions } = await readOverKill(project);

  expect(compactions[0]).toMatchObject({ policy: 'summarize' });
  const [last, after] = provider.requests.slice(-2).map(told) as [string[], string[]];
  expect(last[0]).toBe('user: read all of it');
  expect(last[1]).toContain('Pages were read.');
  expect(last.length).toBeLessThan(12);
  // The request that was kept belongs to the past, now that there is another one.
  expect(after).toEqual([...last.slice(1), 'assistant: All read.', 'user: and now?']);

  expect(conversation.summary?.text).toBe('Pages were read.');
  expect(conversation.messages.filter((message) => message.role === 'tool')).toHaveLength(8);
  expect(conversation.messages.filter((message) => message.leftOut?.as === 'summary').length).toBeGreaterThan(
    4,
  );
  const usages = conversation.messages.flatMap((message) =>
    message.role === 'assistant' ? [message.usage?.input ?? 0] : [],
  );
  const asked = provider.requests.map(({ body }) =>
    Math.ceil((JSON.stringify(body.messages).length + JSON.stringify(body.tools ?? []).length) / 4),
  );
  const sum = (list: number[]) => list.reduce((all, one) => all + one, 0);
  expect(sum(usages)).toBe(sum(asked));
  const text = await project.mcpa(['messages', id]).done;
  expect(text.stdout).toMatch(/in a summary only from turn \d+ on/);
  expect(text.stdout).toMatch(
    /summary that the model sees instead · from turn \d+ on\n {2}Pages were read\./,
  );
});

test('a provider that refuses a request as too long gets a shorter one in the same call', async () => {
  await using provider = await startProviderServer();
  await using project = await readerProject(`${mcp()}\n${anthropic(provider)}\ncontext: { keep_turns: 2 }`);
  reader(provider, 6, 20_000);
  const { compactions, conversation } = await readOverKill(project);
  const refused = provider.requests.filter(({ body }) => JSON.stringify(body.messages).length > 20_000);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  expect(compactions).toHaveLength(refused.length);
  expect(conversation.messages.filter((message) => message.role === 'tool')).toHaveLength(6);
});

test('without a policy such a run fails, and is told which key helps', async () => {
  await using provider = await startProviderServer();
  await using project = await readerProject(`${mcp()}\n${anthropic(provider)}\ncontext: { policy: none }`);
  reader(provider, 6, 10_000);
  await project.worker();
  const run = await project.mcpa(['run', 'ReadWorkflow']).done;
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('prompt is too long');
  expect(run.stderr).toContain('context.policy');
});
