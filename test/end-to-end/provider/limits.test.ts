import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect, type RunEvent } from '../../../src/client/index.js';
import { shapes } from '../../json/index.mjs';
import { type ProviderServer, startProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../../worker/llm/fixtures/streams.js';
import type { Project } from '../project.js';
import { providerProject } from './project.js';

const PER_MINUTE = 24;
/** Two go at once; afterwards one comes after the other. */
const BURST = 2;
const BETWEEN_MS = 60_000 / (PER_MINUTE - BURST + 1);

let provider: ProviderServer;
let project: Project;
let app: App;

beforeAll(async () => {
  provider = await startProviderServer();
  // Calls wait for longer than an activity may take, and than the engine waits for a heartbeat.
  project = await providerProject(provider, '', ', timeout_seconds: 5');
  const config = project.read('mcp_agent.config.yaml');
  project.write(
    'mcp_agent.config.yaml',
    config.replace('anthropic: {', `anthropic: { requests_per_minute: ${PER_MINUTE},`),
  );
  await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app?.close();
  await project?.[Symbol.asyncDispose]();
  await provider?.close();
});

test('requests_per_minute: spaced over all runs, runs take turns; waiting shows, is no timeout, and can be cancelled', async () => {
  provider.otherwise(() => anthropicStream(['done']));
  const crowd = await app.start('CrowdWorkflow', { workflowId: 'crowd', args: [7] });
  await expect
    .poll(() => provider.requests.length, { timeout: 60_000, interval: 20 })
    .toBeGreaterThanOrEqual(BURST);
  const single = await app.start('AskWorkflow', { workflowId: 'single', args: ['only one'] });
  const waiting = await waitingOf(single.events());
  expect(shapes.tail.parse(JSON.parse(JSON.stringify({ v: 1, ...waiting })))).toMatchObject({
    for: 'requests_per_minute',
    live: true,
  });
  const gone = await app.start('AskWorkflow', { workflowId: 'gone', args: ['never sent'] });
  await waitingOf(gone.events());
  const cancel = await project.mcpa(['cancel', 'gone']).done;
  expect(cancel).toMatchObject({ status: 0, stdout: 'gone cancelled\n' });

  expect(await single.result()).toBe('done');
  const place = provider.requests.findIndex(({ body }) => JSON.stringify(body).includes('only one'));
  const before = provider.requests.length;
  // Fair: not behind the five of the crowd that came first, but behind those that went while it was started.
  expect(before - place).toBeLessThanOrEqual(2);
  expect(before).toBeLessThan(8);
  expect(await crowd.result()).toEqual(Array.from({ length: 7 }, () => 'done'));
  expect(provider.requests).toHaveLength(8);
  expect(JSON.stringify(provider.requests.map(({ body }) => body))).not.toContain('never sent');
  // The first ones load the SDK, and come late.
  const [from, to] = [provider.requests[BURST]?.at, provider.requests.at(-1)?.at] as [number, number];
  expect(to - from).toBeGreaterThan((8 - BURST - 1) * BETWEEN_MS * 0.9);
  // No attempt was lost to the waiting.
  expect((await crowd.details()).totals).toMatchObject({ turns: 7, retries: 0 });
});

async function waitingOf(events: AsyncIterable<RunEvent>): Promise<RunEvent> {
  for await (const event of events) if (event.type === 'waiting') return event;
  throw new Error('the run ended without waiting');
}
