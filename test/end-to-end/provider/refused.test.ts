import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import type { RunStatus } from '../../../src/core/index.js';
import { shapes } from '../../json/index.mjs';
import { type ProviderServer, startProviderServer } from '../../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../../worker/llm/fixtures/streams.js';
import type { Command, Project } from '../project.js';
import { replay } from '../replay.js';
import { count } from '../slow-project.js';
import { providerConfig, providerProject } from './project.js';

const badKey = {
  status: 401,
  body: { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } },
};
const noMoney = {
  status: 402,
  body: { type: 'error', error: { type: 'billing_error', message: 'no credit' } },
};
const answer = anthropicStream(['All is well.']);

let provider: ProviderServer;
let project: Project;
let worker: Command;
let app: App;

beforeAll(async () => {
  provider = await startProviderServer();
  project = await providerProject(provider);
  worker = await project.worker();
  app = await connect({ cwd: project.dir, env: project.env });
});
beforeEach(() => {
  provider.requests.length = 0;
});
afterAll(async () => {
  await app?.close();
  await project?.[Symbol.asyncDispose]();
  await provider?.close();
});

const refusalOf = (id: string) =>
  expect.poll(() => app.getHandle(id).refusal(), { timeout: 60_000 }).toBeDefined();

test('C6: an invalid key holds the run; everything says what to do; after resume the same turn is asked again', async () => {
  provider.reply(badKey);
  const run = project.mcpa(['run', 'AskWorkflow', 'hello', '--id', 'bad-key']);
  const [text] = await run.output(/waits: .*\n.*fix: .*mcpa resume \S+/);
  expect(text).toMatch(/anthropic refuses the key: anthropic answered 401: invalid x-api-key/);
  expect(text).toMatch(
    /anthropic\.api_key .*ANTHROPIC_API_KEY.*restart the worker; then mcpa resume bad-key/,
  );

  const inbox = await project.mcpa(['inbox', '--query', `TaskQueue = '${project.queue}'`]).done;
  expect(inbox.stdout).toMatch(
    /! anthropic refuses the key.*\n {2}fix: .*mcpa resume bad-key\n.*AskWorkflow.* bad-key/,
  );
  const json = shapes.inbox.parse(
    JSON.parse(
      (await project.mcpa(['inbox', '--json', '--query', `TaskQueue = '${project.queue}'`]).done).stdout,
    ),
  );
  expect(json.refusals).toMatchObject([
    { workflowId: 'bad-key', refused: { kind: 'auth', provider: 'anthropic' } },
  ]);
  expect(json.questions).toEqual([]);
  const described = await project.mcpa(['describe', 'bad-key']).done;
  expect(described.stdout).toMatch(/anthropic refuses the key[\s\S]*mcpa resume\s+bad-key/);
  const { runs } = await app.list({ status: ['auth'], taskQueue: project.queue });
  expect(runs).toMatchObject([
    { workflowId: 'bad-key', status: 'auth', states: ['auth'], waits: [{ for: 'auth' }] },
  ]);

  provider.reply(answer);
  const resumed = await project.mcpa(['resume', 'bad-key']).done;
  expect(resumed).toMatchObject({ status: 0 });
  const done = await run.done;
  expect(done.status, done.stderr).toBe(0);
  expect(done.stdout.trim()).toBe('All is well.');
  expect(provider.requests).toHaveLength(2);
  expect(provider.requests[1]?.body).toEqual(provider.requests[0]?.body);
  const tail = await project.mcpa(['tail', 'bad-key', '--json', '--no-follow']).done;
  const events = tail.stdout
    .trim()
    .split('\n')
    .map((line) => shapes.tail.parse(JSON.parse(line)));
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['model_call_failed', 'paused', 'resumed', 'run_completed']),
  );
  await replay(project, 'bad-key');
});

test('quota on the second turn: --until-blocked ends with 6, the worker dies, resume goes on where it stood', async () => {
  provider.reply(anthropicStream([{ tool: 'note', args: { text: 'paid once' } }]), noMoney);
  const run = await project.mcpa([
    'run',
    'AskWorkflow',
    'spend',
    '--id',
    'no-money',
    '--until-blocked',
    '--json',
  ]).done;
  expect(run.status, run.stderr).toBe(6);
  expect(shapes.run.parse(JSON.parse(run.stdout))).toMatchObject({
    status: 'blocked',
    waits: {
      for: 'auth',
      workflowId: 'no-money',
      refused: { kind: 'quota', message: expect.stringContaining('no credit') },
    },
  });
  await worker.stop('SIGKILL');
  worker = await project.worker();
  const wait = await project.mcpa(['wait', 'no-money', '--until-blocked']).done;
  expect(wait).toMatchObject({
    status: 6,
    stdout: expect.stringMatching(/for want of credit[\s\S]*mcpa resume no-money/),
  });

  provider.reply(noMoney);
  await project.mcpa(['resume', 'no-money']).done;
  await expect.poll(() => provider.requests.length, { timeout: 60_000 }).toBe(3);
  await refusalOf('no-money');
  provider.reply(answer);
  await project.mcpa(['resume', 'no-money']).done;
  expect(await app.getHandle('no-money').result()).toBe('All is well.');
  expect(provider.requests).toHaveLength(4);
  expect(count(project.read('effects.log'), 'paid once')).toBe(1);
  const { totals } = await app.getHandle('no-money').details();
  expect(totals).toMatchObject({ turns: 2, toolCalls: 1 });
  await replay(project, 'no-money');
});

test('the other agents of the run are held too; a pause of a person beside it shows as well, and resume opens both', async () => {
  const second = anthropicStream([{ tool: 'note', args: { text: 'of the second' } }]);
  let refuse = true;
  provider.otherwise(({ body }) => {
    if (JSON.stringify(body).includes('I am first')) return refuse ? badKey : answer;
    return JSON.stringify(body).includes('tool_result') ? answer : { ...second, delayMs: 500 };
  });
  const handle = await app.start('TwoWorkflow', { workflowId: 'two', args: [] });
  await refusalOf('two');
  // The second agent's reply arrives, and its tool call waits at the gate.
  const held = async () => (await handle.query<RunStatus>('mcpa.status')).held;
  await expect.poll(held, { timeout: 60_000 }).toBe(2);
  expect(count(project.read('effects.log'), 'of the second')).toBe(0);
  expect((await handle.pause()).state).toBe('paused');
  expect((await app.list({ taskQueue: project.queue, status: ['auth'] })).runs[0]?.states).toEqual([
    'auth',
    'paused',
  ]);
  refuse = false;
  expect((await handle.resume()).state).toMatch(/running|completed/);
  expect(await handle.result()).toEqual(['All is well.', 'All is well.']);
  expect(count(project.read('effects.log'), 'of the second')).toBe(1);
  await replay(project, 'two');
});

test('a run that continues as new while it is refused stays refused', async () => {
  provider.otherwise(() => badKey);
  const first = await app.start('ChainWorkflow', { workflowId: 'chain', args: [1] });
  await refusalOf('chain');
  const before = await first.refusal();
  await first.signal('go');
  const handle = app.getHandle('chain');
  await expect.poll(async () => (await handle.describe()).runId, { timeout: 60_000 }).not.toBe(first.runId);
  await expect.poll(() => handle.refusal(), { timeout: 60_000 }).toEqual(before);
  expect((await handle.query<RunStatus>('mcpa.status')).held).toBe(1);
  expect(provider.requests).toHaveLength(1);
  provider.otherwise(() => answer);
  await handle.resume();
  expect(await handle.result()).toBe('All is well.');
});

test('C7: cancel while it is refused: the run ends as cancelled at once', async () => {
  provider.otherwise(() => badKey);
  const handle = await app.start('AskWorkflow', { workflowId: 'cancelled', args: ['x'] });
  await refusalOf('cancelled');
  const cancel = await project.mcpa(['cancel', 'cancelled']).done;
  expect(cancel).toMatchObject({ status: 0, stdout: 'cancelled cancelled\n' });
  await expect(handle.result()).rejects.toThrow();
  expect(provider.requests).toHaveLength(1);
});

test('on_provider_auth: fail: the run fails at once; run --local ends with the fix', async () => {
  provider.otherwise(() => badKey);
  project.write('failing.yaml', providerConfig(provider, 'on_provider_auth: fail\n'));
  const queue = `${project.queue}-fail`;
  const failing = project.mcpa(['worker', '--config', 'failing.yaml', '--task-queue', queue]);
  await failing.output(/ready/i);
  const run = await project.mcpa(['run', 'AskWorkflow', 'x', '--task-queue', queue]).done;
  expect(run.status, run.stderr).toBe(1);
  expect(run.stderr).toMatch(/invalid x-api-key[\s\S]*ANTHROPIC_API_KEY/);
  await failing.stop();

  const local = await project.mcpa(['run', 'AskWorkflow', 'x', '--id', 'at-home', '--local', '--json']).done;
  expect(local.status, local.stderr).toBe(3);
  expect(JSON.parse(local.stdout).error).toMatchObject({
    code: 'PROVIDER_REFUSED',
    message: expect.stringMatching(/refuses the key.*at-home is saved/),
    hint: expect.stringMatching(/ANTHROPIC_API_KEY[\s\S]*mcpa resume at-home/),
  });
});
