import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../src/client/index.js';
import { connect } from '../../../src/client/index.js';
import { loadConfig } from '../../../src/config/index.js';
import type { Project } from '../project.js';
import { type Answers, type AnyClient, ERAS, stdioClient, textOf, waitingCall } from './clients.js';
import { servedProject } from './project.js';

let project: Project;
let app: App;
const clients: AnyClient[] = [];

beforeAll(async () => {
  project = await servedProject();
  const [, { config }] = await Promise.all([
    project.worker(),
    loadConfig({ cwd: project.dir, env: project.env }),
  ]);
  app = await connect({ config });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await app?.close();
  await project?.[Symbol.asyncDispose]();
});

async function open(era: (typeof ERAS)[number], answers?: Answers): Promise<AnyClient> {
  const client = await stdioClient(era, project, answers);
  clients.push(client);
  return client;
}

const idOf = (result: { structuredContent?: Record<string, unknown> }) =>
  String(result.structuredContent?.workflow_id);

describe.each(ERAS)('a client of %s', (era) => {
  // Two processes serve all tests of an era: one whose user can be asked, and one whose user can't.
  let asking: AnyClient;
  let client: AnyClient;
  const asked: Array<[string, unknown]> = [];
  beforeAll(async () => {
    [asking, client] = await Promise.all([
      open(era, (message, schema) => {
        asked.push([message, schema]);
        if (message.startsWith('careful')) return { action: 'decline' };
        if (message.includes('Who comes?'))
          return { action: 'accept', content: { name: 'Ada', guests: 3, seat: 'left' } };
        if (message.includes('Sure?')) return { action: 'accept', content: { sure: true } };
        if (message.includes('socks')) return { action: 'accept', content: { answer: 'green' } };
        return { action: 'accept', content: { answer: message.includes('colour') ? 'blue' : 'large' } };
      }),
      open(era),
    ]);
  });

  test('sees the workflows, starts a run, is told of its progress, and gets its result', async () => {
    const { tools } = await client.listTools();
    const order = tools.find(({ name }) => name === 'OrderWorkflow');
    expect(order).toMatchObject({
      description: 'Takes an order.',
      inputSchema: {
        type: 'object',
        properties: { item: { type: 'string', description: 'What is ordered.' }, count: { type: 'number' } },
        required: ['item'],
      },
    });
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['WorkWorkflow', 'workflows-list', 'workflows-run', 'workflows-answer']),
    );
    const ordered = await client.callTool({ name: 'OrderWorkflow', arguments: { item: 'nut', count: 3 } });
    expect(ordered.structuredContent).toMatchObject({
      workflow_id: expect.stringMatching(/^OrderWorkflow-/),
      status: 'completed',
      result: { item: 'nut', count: 3 },
    });
    const told: string[] = [];
    const worked = await client.callTool(
      { name: 'WorkWorkflow', arguments: { task: 'echo it', times: 2 } },
      { onprogress: ({ message }) => told.push(message ?? '') },
    );
    expect(textOf(worked)).toMatch(/hello.* x2$/);
    expect(told).toEqual(
      expect.arrayContaining([
        `run ${idOf(worked)}`,
        'worker: turn 1',
        'worker: fixture.echo',
        'worker: turn 2',
      ]),
    );
  });

  test('has its user asked by the run, round by round', async () => {
    const result = await asking.callTool({ name: 'AskWorkflow', arguments: { topic: 'cars' } });
    expect(result.structuredContent).toMatchObject({ status: 'completed', result: 'cars: blue, large' });
    expect(asked).toEqual([
      [
        'Which colour for cars?',
        expect.objectContaining({
          properties: { answer: { type: 'string', title: 'Answer', enum: ['red', 'blue'] } },
        }),
      ],
      ['Which size?', expect.anything()],
    ]);
  });

  test('is told why its user’s answer was not taken, and what still waits', async () => {
    const waits = await asking.callTool({ name: 'AskWorkflow', arguments: { topic: 'socks' } });
    expect(waits.structuredContent).toMatchObject({ status: 'human' });
    expect(textOf(waits)).toMatch(
      /^The answer was not taken: "green" is no choice of question q1: red, blue\.[\s\S]*workflows-answer/,
    );
    await app.getHandle(idOf(waits)).terminate();
  });

  test('declines to approve a tool call, and the model is told', async () => {
    asked.length = 0;
    const result = await asking.callTool({ name: 'ApproveWorkflow' });
    expect(asked).toEqual([
      [
        expect.stringMatching(/^careful: [\s\S]*guarded\.echo \{"text":"written"\}$/),
        expect.objectContaining({ required: ['decision'] }),
      ],
    ]);
    expect(textOf(result)).toMatch(/refus/i);
  });

  test('shows its user the forms that a tool of the run asks for', async () => {
    asked.length = 0;
    const result = await asking.callTool({ name: 'BookWorkflow' });
    expect(result.structuredContent).toMatchObject({
      result: { name: 'Ada', guests: 3, seat: 'left', sure: true },
    });
    expect(asked).toEqual([
      [
        expect.stringContaining('Who comes?'),
        expect.objectContaining({
          required: ['name', 'guests', 'seat'],
          properties: expect.objectContaining({
            guests: { type: 'integer', minimum: 1, maximum: 8, default: 2 },
          }),
        }),
      ],
      [expect.stringContaining('Sure?'), expect.anything()],
    ]);
  });

  test('whose user can not be asked is told what waits, and answers with a tool', async () => {
    const waits = await client.callTool({ name: 'AskWorkflow', arguments: { topic: 'hats' } });
    expect(waits).toMatchObject({ structuredContent: { status: 'human' } });
    expect(textOf(waits)).toMatch(
      /q1: Which colour for hats\? \[red \/ blue\][\s\S]*workflows-answer[\s\S]*mcpa answer AskWorkflow-/,
    );
    const id = idOf(waits);
    const answer = (text: string) =>
      client.callTool({ name: 'workflows-answer', arguments: { workflow_id: id, text } });
    expect(textOf(await answer('green'))).toMatch(/^ANSWER_REFUSED: .*red, blue/);
    expect(textOf(await answer('red'))).toContain('q2: Which size?');
    expect((await answer('small')).structuredContent).toMatchObject({ result: 'hats: red, small' });
  });

  test('cancels a run by cancelling its call', async () => {
    const stop = new AbortController();
    let id = '';
    const call = client.callTool(
      { name: 'WaitWorkflow' },
      {
        signal: stop.signal,
        onprogress: ({ message }) => {
          id ||= /^run (\S+)$/.exec(message ?? '')?.[1] ?? '';
        },
      },
    );
    const ended = expect(call).rejects.toThrow();
    await expect.poll(() => id).not.toBe('');
    stop.abort('the user pressed escape');
    await ended;
    await expect.poll(async () => (await app.getHandle(id).describe()).status.name).toBe('CANCELLED');
  });

  test('gives up to look at a run, which goes on; an id of its own starts one run', async () => {
    const id = `own-${era}-${project.queue}`;
    const run = { workflow_name: 'WaitWorkflow', workflow_id: id };
    const start = () => client.callTool({ name: 'workflows-run', arguments: run });
    expect((await start()).structuredContent).toMatchObject({ workflow_id: id });
    const stop = new AbortController();
    let told = false;
    const look = client.callTool(
      { name: 'workflows-get_status', arguments: { workflow_id: id, wait: true } },
      { signal: stop.signal, onprogress: () => (told = true) },
    );
    const ended = expect(look).rejects.toThrow();
    await expect.poll(() => told).toBe(true);
    stop.abort('the user pressed escape');
    await ended;
    // Whatever follows on this connection is handled after the cancellation.
    await client.callTool({
      name: 'workflows-resume',
      arguments: { workflow_id: id, signal_name: 'go', payload: 'on' },
    });
    expect(await app.getHandle(id).result()).toBe('went: on');
    // Also when the first one has ended: who asks again may not know that it was begun.
    expect(await start()).toMatchObject({ isError: true, structuredContent: { code: 'RUN_EXISTS' } });
  });

  test('reads what went wrong: arguments, failure, unknown and foreign runs', async () => {
    const wrong = await client.callTool({ name: 'OrderWorkflow', arguments: { item: 7 } });
    expect(wrong).toMatchObject({ isError: true, structuredContent: { code: 'USAGE' } });
    expect(textOf(wrong)).toContain("don't fit: item must be a text");
    const mistyped = await client.callTool({ name: 'WorkWorkflow', arguments: { task: 'a', time: 2 } });
    expect(textOf(mistyped)).toMatch(/don't fit:.*additional/i);
    const failed = await client.callTool({ name: 'FailWorkflow' });
    expect(failed).toMatchObject({
      isError: true,
      structuredContent: {
        workflow_id: expect.stringMatching(/^FailWorkflow-/),
        code: 'RUN_FAILED',
        message: 'the paper is out',
        hint: expect.stringContaining('mcpa retry'),
      },
    });
    const foreign = await app.start('WaitWorkflow', { taskQueue: `${project.queue}-other` });
    for (const workflow_id of [foreign.workflowId, 'nobody']) {
      for (const name of ['workflows-get_status', 'workflows-cancel', 'workflows-resume']) {
        const refused = await client.callTool({ name, arguments: { workflow_id } });
        expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'RUN_UNKNOWN' } });
        expect(textOf(refused)).toContain(`no run with id "${workflow_id}" on task queue ${project.queue}`);
      }
    }
    await foreign.terminate();
    const listed = await client.callTool({ name: 'workflows-runs-list', arguments: { status: 'open' } });
    expect(textOf(listed)).not.toContain(foreign.workflowId);
    await expect(client.callTool({ name: 'nothing' })).rejects.toThrow('no tool "nothing"');
  });

  test('killed with its server, another one gets status and result by the id', async () => {
    let id = '';
    const call = asking.callTool(
      { name: 'WaitWorkflow' },
      {
        onprogress: ({ message }) => {
          id ||= /^run (\S+)$/.exec(message ?? '')?.[1] ?? '';
        },
      },
    );
    const lost = expect(call).rejects.toThrow();
    await expect.poll(() => id).not.toBe('');
    process.kill(asking.pid, 'SIGKILL');
    await lost;
    const second = await open(era);
    const status = () => second.callTool({ name: 'workflows-get_status', arguments: { workflow_id: id } });
    expect((await status()).structuredContent).toMatchObject({ status: 'running', workflow: 'WaitWorkflow' });
    await second.callTool({
      name: 'workflows-resume',
      arguments: { workflow_id: id, signal_name: 'go', payload: 'on' },
    });
    const followed = await second.callTool({
      name: 'workflows-get_status',
      arguments: { workflow_id: id, wait: true },
    });
    expect(followed.structuredContent).toMatchObject({ status: 'completed', result: 'went: on' });
    expect((await status()).structuredContent).toMatchObject({ status: 'completed', result: 'went: on' });
  });
});

test('says that no worker takes a run up, and leaves the run to one that comes', async () => {
  const client = await stdioClient('2026', project, undefined, ['--task-queue', `${project.queue}-idle`]);
  clients.push(client);
  const told: string[] = [];
  const result = await client.callTool(
    { name: 'WaitWorkflow' },
    { onprogress: ({ message }) => told.push(message ?? '') },
  );
  expect(told).toContainEqual(expect.stringMatching(/no worker polls task queue .*-idle.*waiting/));
  expect(result).toMatchObject({ isError: true, structuredContent: { code: 'NO_WORKER' } });
  const handle = app.getHandle(idOf(result));
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate();
});

test('stopped in the middle of a call: it says which run goes on', async () => {
  const client = await stdioClient('2026', project);
  clients.push(client);
  const { id, call } = await waitingCall(client);
  process.kill(client.pid, 'SIGTERM');
  expect(await call).toMatchObject({
    isError: true,
    structuredContent: { code: 'INTERRUPTED', workflow_id: id },
  });
  await app.getHandle(id).terminate();
});

test('a workflow that its worker does not have yet: the call ends with its name, the run waits for another worker', async () => {
  const client = await stdioClient('2026', project);
  clients.push(client);
  project.write('workflows/late.ts', 'export async function LateWorkflow(): Promise<void> {}\n');
  const result = await client.callTool({ name: 'LateWorkflow' });
  rmSync(join(project.dir, 'workflows/late.ts'));
  expect(result).toMatchObject({ isError: true, structuredContent: { code: 'WORKER_LACKS_WORKFLOW' } });
  expect(textOf(result)).toMatch(/has no workflow "LateWorkflow"; it has: .*AskWorkflow/);
  await app.getHandle(idOf(result)).terminate();
});

test('--local brings a worker, and what its activities print stays out of the protocol', async () => {
  await using alone = await servedProject();
  const client = await stdioClient('1.x', alone, undefined, ['--local']);
  const result = await client.callTool({ name: 'NoisyWorkflow' });
  expect(result.structuredContent).toMatchObject({ status: 'completed', result: 'printed' });
  await expect.poll(() => client.stderr()).toContain('no line end');
  expect(client.stderr()).toContain('of an activity');
  await client.close();
});
