import { expect, test, vi } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { startProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../../worker/llm/fixtures/streams.js';
import { replay } from '../replay.js';
import { mcp, readerProject, storedText, told } from './project.js';

// Commands and workers start slowly on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

test('a result over the limit is shown in part, stands in history once, and read_result reads the rest on any worker', async () => {
  await using provider = await startProviderServer();
  await using project = await readerProject(
    `${mcp('result_limit_kb: 16,')}\nmodel: anthropic:claude-test\nanthropic: { base_url: "${provider.url}" }`,
  );
  provider.reply(
    anthropicStream([{ tool: 'page', args: { n: 1, size: 120_000 }, id: 'toolu_big' }]),
    anthropicStream(['I saw its ends.']),
  );
  // The model takes the id from where the text was left out.
  provider.otherwise((request) => {
    const all = told(request).join('\n');
    if (all.includes('[characters ')) return anthropicStream(['I read it.']);
    const [, id] = /read_result with id "([^"]+)"/.exec(all) as RegExpExecArray;
    return anthropicStream([
      { tool: 'read_result', args: { id, offset: 60_000, length: 2_000 }, id: 'toolu_r' },
    ]);
  });
  const first = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ReadWorkflow');
  await expect.poll(async () => (await handle.details()).totals.turns, { timeout: 60_000 }).toBe(2);
  await first.stop('SIGKILL');
  const second = await project.worker();
  await handle.signal('go');
  expect(await handle.result()).toBe('I saw its ends. I read it.');
  await second.stop();

  const [before, shown, , read] = provider.requests;
  expect(before?.body.tools.map((tool: { name: string }) => tool.name)).toEqual(['page']);
  expect(shown?.body.tools.map((tool: { name: string }) => tool.name)).toEqual(['page', 'read_result']);
  const big = told(shown!).find((line) => line.startsWith('result toolu_big'))!;
  expect(big.length).toBeLessThan(17_000);
  expect(big).toContain('characters 12,288 to 115,904 of 120,000 are left out here');
  const whole = await handle.messages();
  const result = whole.conversations[0]?.messages.find((message) => message.role === 'tool');
  if (result?.content[0]?.type !== 'text') throw new Error('no result');
  const { text } = result.content[0];
  expect(text).toHaveLength(120_000);
  expect(told(read!).at(-1)).toBe(
    `result toolu_r: [characters 60,000 to 62,000 of 120,000]\n${text.slice(60_000, 62_000)}`,
  );
  // Once: the tool's own result. What was read again is a reference.
  const stored = await storedText(project, handle.workflowId);
  const line = text.slice(60_000, 62_000).split('\n')[3] as string;
  expect(stored.split(`${line}\\n`)).toHaveLength(2);
  const printed = await project.mcpa(['messages', handle.workflowId]).done;
  expect(printed.stdout).toContain('tool page · the model saw 16,384 characters of it');
  expect(printed.stdout).toContain('[characters 60,000 to 62,000 of 120,000]');
  await replay(project, handle.workflowId);
});

test('a tool of the workflow has the same limit', async () => {
  await using project = await readerProject(
    `${mcp('result_limit_kb: 8,')}\nmodel: scripted\nscripted: { script: script.yaml }`,
  );
  project.write(
    'script.yaml',
    `
turns:
  - tools: [{ tool: list_all }]
  - tools: [{ tool: read_result, args: { id: call_1_1, offset: 30000, length: 12 } }]
  - say: "{{result.1}}"
`,
  );
  await project.worker();
  const run = await project.mcpa(['run', 'OwnToolWorkflow']).done;
  expect(run.stdout.trim()).toBe('[characters 30,000 to 30,012 of 60,000]\nentry entry');
  const messages = await project.mcpa(['messages', '@last']).done;
  expect(messages.stdout).toContain('tool list_all · the model saw 8,192 characters of it');
});

test('a result that no payload can hold is cut, and the run goes on', async () => {
  await using provider = await startProviderServer();
  await using project = await readerProject(
    `${mcp()}\nmodel: anthropic:claude-test\nanthropic: { base_url: "${provider.url}" }`,
  );
  provider.reply(
    anthropicStream([{ tool: 'page', args: { n: 1, size: 5_000_000 }, id: 'toolu_big' }]),
    anthropicStream(['That was long.']),
    anthropicStream(['Nothing.']),
  );
  await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handle = await app.startWorkflow('ReadWorkflow');
  await handle.signal('go');
  expect(await handle.result()).toBe('That was long. Nothing.');
  expect(told(provider.requests[1]!).at(-1)).toMatch(/\[cut here: 3,\d+,\d+ characters more/);
  expect(JSON.stringify(provider.requests[1]?.body).length).toBeLessThan(90_000);
});
