import { expect, test } from 'vitest';
import { effect } from '../slow-project.js';
import { clientOf, configure, MeasuredWorker, memoryProject } from './project.js';

/** A tool that may be repeated, and ends when a file is there. */
const PATIENT = `
import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

serveStdio(() => {
  const server = new McpServer({ name: 'patient', version: '1.0.0' });
  server.registerTool('wait', { annotations: { readOnlyHint: true } }, async (ctx) => {
    appendFileSync('effects.log', 'waiting\\n');
    while (!existsSync('go')) await sleep(50, undefined, { signal: ctx.mcpReq.signal });
    return { content: [{ type: 'text', text: 'waited for ' + process.ppid }] };
  });
  return server;
});
`;

const SCRIPT = `
turns:
  - when: { contains: "remember one" }
    tools: [{ tool: wait }]
  - when: { tool: wait }
    say: "{{last}}"
  - when: { contains: remember }
    say: noted
  - when: { contains: recall }
    say: "{{input}}, {{result.0}}"
`;

test('a tool call whose worker is killed is made again elsewhere, and its result is in the conversation there', async () => {
  await using project = await memoryProject(SCRIPT);
  project.write('patient.mjs', PATIENT);
  configure(project, (text) => text.replace(/args: \[.*\]/, 'args: [patient.mjs]'));
  await using app = await clientOf(project);
  const first = await MeasuredWorker.start(project);
  const handle = await app.start<string>('MemoryWorkflow', { args: ['one'] });
  await handle.signal('say', 'two');
  await effect(project, 'waiting');
  await first.command.stop('SIGKILL');
  const second = await MeasuredWorker.start(project);
  await expect.poll(() => project.read('effects.log').match(/waiting/g)?.length, { timeout: 60_000 }).toBe(2);
  project.write('go', '');
  expect(await handle.result()).toBe(`remember one, waited for ${second.pid}`);
  // The call's result is known here, the conversation before it is not.
  expect(await second.lookups()).toMatchObject({ query: 1, hit: 2, miss: 0, resend: 0 });
  for await (const event of handle.events({ live: false }))
    if (event.type === 'tool_call_completed') expect(event.attempt).toBe(2);
}, 120_000);
