import { expect, test, vi } from 'vitest';
import { type ConversationMessages, connect } from '../../../src/client/index.js';
import { hostRuns } from '../host/host-runs.js';
import { mcp, readerProject } from './project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const pages = (from: number, to: number) =>
  Array.from(
    { length: to - from + 1 },
    (_, n) => `  - tools: [{ tool: page, args: { n: ${from + n}, size: 6000 } }]`,
  ).join('\n');

/** The first page is left out, and the agent has moved more than once, when it is read again. */
const SCRIPT = `
turns:
${pages(1, 30)}
  - tools: [{ tool: read_result, args: { id: call_1_1, offset: 0, length: 14 } }]
  - say: "It began with {{result.30}}"
  - say: And ended.
`;

test('compaction and read_result go on where an agent moved to a run of its own, after a kill -9', async () => {
  await using project = await readerProject(
    `${mcp()}\nmodel: scripted\nscripted: { script: script.yaml }
context: { limit_tokens: 8000, keep_turns: 2 }
agents: { move_at_kb: 64 }`,
  );
  project.write('script.yaml', SCRIPT);
  const first = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ReadWorkflow');
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 90_000 }).toBe(32);
  expect((await hostRuns(app, handle.workflowId)).length).toBeGreaterThan(1);
  await first.stop('SIGKILL');
  await project.worker();
  await handle.signal('go');
  expect(await handle.result()).toBe(
    'It began with [characters 0 to 14 of 6,000]\npage 1, line 1 And ended.',
  );
  const { conversations } = await handle.messages();
  expect(conversations).toHaveLength(1);
  const { messages } = conversations[0] as ConversationMessages;
  const results = messages.filter((message) => message.role === 'tool');
  expect(results).toHaveLength(31);
  expect(results[0]).toMatchObject({ leftOut: { as: 'line' } });
  expect(results.filter((message) => message.leftOut).length).toBeGreaterThan(20);
  for (const message of messages)
    if (message.role === 'assistant' && message.usage) expect(message.usage.input).toBeLessThan(8_000);
});
