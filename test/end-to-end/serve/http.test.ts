import { request as httpRequest } from 'node:http';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../processes.js';
import type { Command, Project } from '../project.js';
import { type Answers, type AnyClient, connected, ERAS, type Era, waitingCall } from './clients.js';
import { servedProject } from './project.js';

const TOKEN = 'a-token-of-the-test-suite';
let project: Project;
let serving: Command;
let port: number;
const clients: AnyClient[] = [];

const url = () => new URL(`http://127.0.0.1:${port}/mcp`);
async function serve(): Promise<Command> {
  const command = project.mcpa(['serve', '--http', '--port', String(port)], project.dir, {
    ...project.env,
    MCPA_SERVE_TOKEN: TOKEN,
  });
  await command.output(/warning: FailWorkflow: .*:\d+: FailWorkflowInput can't be read[\s\S]*ready http/);
  return command;
}

beforeAll(async () => {
  project = await servedProject();
  port = await freePort();
  [, serving] = await Promise.all([project.worker(), serve()]);
});
afterAll(async () => {
  for (const client of clients) await client.close().catch(() => undefined);
  await project?.[Symbol.asyncDispose]();
});

async function open(era: Era, answers?: Answers): Promise<AnyClient> {
  const options = { requestInit: { headers: { Authorization: `Bearer ${TOKEN}` } } };
  const transport =
    era === '1.x' ? new OldHttp(url(), options) : new StreamableHTTPClientTransport(url(), options);
  const client = await connected(era, transport, answers);
  clients.push(client);
  return client;
}

const TASKS = 'io.modelcontextprotocol/tasks';
/** A request of the 2026 era as it goes over the wire: the 2.x client takes no tasks yet. */
async function send(method: string, params: Record<string, unknown>, capabilities: object = {}) {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
  const response = await fetch(url(), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      'mcp-name': String(params.name ?? params.taskId ?? ''),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  });
  const body = await response.text();
  const last = body.startsWith('{') ? body : (/data: (\{.*"id":1.*)/.exec(body)?.[1] ?? '{}');
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  return JSON.parse(last) as { result?: any; error?: { code: number; message: string; data?: any } };
}

describe.each(ERAS)('a client of %s', (era) => {
  test('starts a run, is told of its progress, has its user asked, and gets the result', async () => {
    const client = await open(era, (message) => ({
      action: 'accept',
      content: { answer: message.includes('colour') ? 'red' : 'small' },
    }));
    const told: string[] = [];
    const result = await client.callTool(
      { name: 'AskWorkflow', arguments: { topic: 'pens' } },
      { onprogress: ({ message }) => told.push(message ?? '') },
    );
    expect(result.structuredContent).toMatchObject({ status: 'completed', result: 'pens: red, small' });
    expect(told).toEqual(expect.arrayContaining(['asks (q1): Which colour for pens?', 'q2 answered']));
  });
});

describe('a run as a task', () => {
  const form = { elicitation: {}, extensions: { [TASKS]: {} } };

  test('is polled, asks, is answered, and brings its result', async () => {
    const { result: created } = await send(
      'tools/call',
      { name: 'AskWorkflow', arguments: { topic: 'ties' } },
      form,
    );
    expect(created).toMatchObject({
      resultType: 'task',
      taskId: expect.stringMatching(/^AskWorkflow-[\w-]{22}$/),
      status: 'working',
      ttlMs: null,
    });
    const { taskId } = created;
    const get = async () => (await send('tasks/get', { taskId }, form)).result;
    await expect.poll(get).toMatchObject({
      resultType: 'complete',
      status: 'input_required',
      inputRequests: { q1: { method: 'elicitation/create', params: { message: 'Which colour for ties?' } } },
    });
    const answer = (key: string, text: string) =>
      send(
        'tasks/update',
        { taskId, inputResponses: { [key]: { action: 'accept', content: { answer: text } } } },
        form,
      );
    expect((await answer('q1', 'green')).error).toMatchObject({
      code: -32_602,
      data: { code: 'ANSWER_REFUSED' },
    });
    const declined = { taskId, inputResponses: { q1: { action: 'decline' } } };
    expect((await send('tasks/update', declined, form)).error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining("q1 can't be left without an answer"),
    });
    expect((await answer('q1', 'blue')).result).toMatchObject({ resultType: 'complete' });
    await expect
      .poll(get)
      .toMatchObject({ status: 'input_required', inputRequests: { q2: expect.anything() } });
    // Neither an answered question nor one that was never asked is answered by this.
    expect((await answer('q1', 'red')).error).toBeUndefined();
    await answer('q2', 'wide');
    await expect.poll(get).toMatchObject({
      status: 'completed',
      ttlMs: expect.any(Number),
      result: { structuredContent: { result: 'ties: blue, wide' } },
    });
  });

  test('is told of a question that its user closes, and asks for the extension with each request', async () => {
    const { taskId } = (await send('tools/call', { name: 'BookWorkflow' }, form)).result;
    const get = async () => (await send('tasks/get', { taskId }, form)).result;
    await expect.poll(get, { timeout: 30_000 }).toMatchObject({ status: 'input_required' });
    const inputResponses = { q1: { action: 'cancel' } };
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
      expect((await send(method, { taskId, inputResponses })).error).toMatchObject({
        code: -32_021,
        data: { requiredCapabilities: { extensions: { [TASKS]: {} } } },
      });
    // A key is answered once: what stays open after that nobody would be asked again.
    await send('tasks/update', { taskId, inputResponses }, form);
    await expect.poll(get, { timeout: 30_000 }).toMatchObject({ status: 'completed' });
  });

  test('that fails has completed with an error, one that is cancelled says so, and a foreign one is unknown', async () => {
    const start = async (name: string) => (await send('tools/call', { name }, form)).result.taskId as string;
    const status = async (taskId: string) => (await send('tasks/get', { taskId }, form)).result;
    const failing = await start('FailWorkflow');
    await expect
      .poll(() => status(failing))
      .toMatchObject({
        status: 'completed',
        result: { isError: true, structuredContent: { code: 'RUN_FAILED', message: 'the paper is out' } },
      });
    const waiting = await start('WaitWorkflow');
    expect(await status(waiting)).toMatchObject({ status: 'working' });
    expect((await send('tasks/cancel', { taskId: waiting }, form)).result).toMatchObject({
      resultType: 'complete',
    });
    await expect.poll(() => status(waiting)).toMatchObject({ status: 'cancelled' });
    expect((await send('tasks/get', { taskId: 'nobody' }, form)).error).toMatchObject({
      code: -32_602,
      data: { code: 'RUN_UNKNOWN' },
    });
  });
});

test('who has no token, a foreign Host or a foreign Origin is turned away', async () => {
  const ask = (headers: Record<string, string>, path = '/mcp') =>
    new Promise<{ status: number | undefined; challenge: string | undefined }>((resolve, reject) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      const asked = httpRequest(
        {
          port,
          host: '127.0.0.1',
          path,
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...headers,
          },
        },
        (answer) => {
          answer.resume();
          resolve({ status: answer.statusCode, challenge: answer.headers['www-authenticate'] });
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
  const authorization = `Bearer ${TOKEN}`;
  expect(await ask({})).toMatchObject({ status: 401, challenge: expect.stringContaining('Bearer') });
  expect(await ask({ authorization: `${authorization}x` })).toMatchObject({ status: 401 });
  expect(await ask({ authorization, host: 'evil.example' })).toMatchObject({ status: 403 });
  expect(await ask({ authorization, origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  expect(await ask({ authorization }, '/other')).toMatchObject({ status: 404 });
  expect(await ask({ authorization })).toMatchObject({ status: 200 });
  expect(await ask({ authorization, origin: 'http://localhost:6274' })).toMatchObject({ status: 200 });
  // What a browser asks before it sends anything of a page.
  const preflight = async (origin: string) => {
    const { status, headers } = await fetch(url(), { method: 'OPTIONS', headers: { origin } });
    return [status, headers.get('access-control-allow-origin')];
  };
  expect(await preflight('http://localhost:6274')).toEqual([204, 'http://localhost:6274']);
  expect(await preflight('https://evil.example')).toEqual([403, null]);
});

test('killed while a person thinks: another process takes the answer that the client brings', async () => {
  const call = { name: 'AskWorkflow', arguments: { topic: 'boats' } };
  const { result: asks } = await send('tools/call', call, { elicitation: {} });
  expect(asks).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) });
  const [key] = Object.keys(asks.inputRequests);
  const session = await open('1.x');
  await serving.stop('SIGKILL');
  serving = await serve();
  const inputResponses = { [key as string]: { action: 'accept', content: { answer: 'blue' } } };
  const back = { inputResponses, requestState: asks.requestState };
  const again = (params: object) => send('tools/call', { ...call, ...back, ...params }, { elicitation: {} });
  // Not for another call, and not forged.
  expect((await again({ arguments: { topic: 'trains' } })).error).toMatchObject({ code: -32_602 });
  expect((await again({ requestState: `${asks.requestState.slice(0, -2)}AA` })).error).toMatchObject({
    code: -32_602,
  });
  const { result: next } = await again({});
  expect(Object.values(next.inputRequests)).toMatchObject([{ params: { message: 'Which size?' } }]);
  await expect(session.listTools()).rejects.toThrow(/Session not found|404/);
  const { tools } = await (await open('1.x')).listTools();
  expect(tools.map(({ name }) => name)).toContain('AskWorkflow');
});

test('ends in order on SIGTERM; the run that a client followed goes on', async () => {
  const client = await open('2026');
  const { id, call } = await waitingCall(client);
  expect((await serving.stop('SIGTERM')).status).toBe(0);
  const ended = await call;
  expect(ended).toMatchObject({ isError: true, structuredContent: { code: 'INTERRUPTED', workflow_id: id } });
  serving = await serve();
  const again = await open('2026');
  const ask = (name: string, more = {}) => again.callTool({ name, arguments: { workflow_id: id, ...more } });
  expect((await ask('workflows-get_status')).structuredContent).toMatchObject({ status: 'running' });
  await ask('workflows-resume', { signal_name: 'go', payload: 'on' });
  const done = await ask('workflows-get_status', { wait: true });
  expect(done.structuredContent).toMatchObject({ status: 'completed', result: 'went: on' });
});

test('is refused beyond this machine without a token, with flags of another way, and on a port in use', async () => {
  const refused = async (args: string[], code: string, status: number, env = {}) => {
    const { stderr, ...end } = await project.mcpa(['serve', ...args], project.dir, { ...project.env, ...env })
      .done;
    expect(stderr).toContain(`error ${code}: `);
    expect(stderr).toContain('fix: ');
    expect(end).toMatchObject({ status, stdout: '' });
    return stderr;
  };
  expect(await refused(['--http', '--host', '0.0.0.0'], 'USAGE', 2)).toContain('MCPA_SERVE_TOKEN');
  await refused(['--port', '1'], 'USAGE', 2);
  await refused(['--http'], 'USAGE', 2, { MCPA_SERVE_TOKEN: 'short' });
  await refused(['--http', '--port', String(port)], 'PORT_IN_USE', 3);
  await refused([], 'ENGINE_UNREACHABLE', 3, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  const outside = await project.mcpa(['serve'], '/').done;
  expect(outside).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('CONFIG_NOT_FOUND'),
  });
});
