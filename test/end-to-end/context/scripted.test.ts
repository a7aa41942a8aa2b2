import { expect, test, vi } from 'vitest';
import { type ConversationMessages, connect } from '../../../src/client/index.js';
import { replay } from '../replay.js';
import { mcp, readerProject } from './project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const SCRIPT = `
turns:
  - tools: [{ tool: page, args: { n: 1, size: 3000 } }]
  - tools: [{ tool: page, args: { n: 2, size: 3000 } }, { tool: page, args: { n: 3, size: 3000 } }]
  - tools: [{ tool: page, args: { n: 4, size: 3000 } }]
  - say: First half.
  - tools: [{ tool: page, args: { n: 5, size: 3000 } }]
  - tools: [{ tool: page, args: { n: 6, size: 3000 } }]
  - tools: [{ tool: read_result, args: { id: call_1_1, offset: 6, length: 9 } }]
  - tools: [{ tool: page, args: { n: 7, size: 3000 } }]
  - say: "Second half: {{result.6}}"
  - say: The fork.
  - when: { summary: true }
    say: Half was read.
`;

const config = (context: string) =>
  `${mcp()}\nmodel: scripted\nscripted: { script: script.yaml }\ncontext: ${context}`;

test('the policy may change while a run is open: what was left out stays so, on any worker, in a fork, in a replay', async () => {
  await using project = await readerProject(config('{ limit_tokens: 2500, keep_turns: 1 }'));
  project.write('script.yaml', SCRIPT);
  const first = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ForkWorkflow');
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 60_000 }).toBe(4);
  await first.stop('SIGKILL');
  const before = (await handle.messages()).conversations[0] as ConversationMessages;
  const line = before.messages.filter((message) => message.leftOut?.as === 'line');
  expect(line.length).toBeGreaterThanOrEqual(2);

  const changed = project.read('mcp_agent.config.yaml').replace('{ limit', '{ policy: summarize, limit');
  project.write('mcp_agent.config.yaml', changed);
  const second = await project.worker();
  await handle.signal('go');
  // What the summary replaced can be read still.
  expect(await handle.result()).toBe(
    'First half. Second half: [characters 6 to 15 of 3,000]\n, line 1\n The fork.',
  );
  await second.stop();

  const { conversations } = await handle.messages();
  const [reader, fork] = conversations as [ConversationMessages, ConversationMessages];
  expect(reader.summary?.text).toBe('Half was read.');
  expect(fork.summary?.text).toBe('Half was read.');
  expect(reader.messages.filter((message) => message.leftOut?.as === 'summary').length).toBeGreaterThan(6);
  expect(fork.messages.length).toBe(reader.messages.length + 2);
  // Each request stayed within the limit, as the script counts.
  for (const message of reader.messages)
    if (message.role === 'assistant' && message.usage) expect(message.usage.input).toBeLessThan(2_500 * 2.1);
  await replay(project, handle.workflowId);
});
