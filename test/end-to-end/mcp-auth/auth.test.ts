import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { WIRE } from '../../../src/core/index.js';
import { shapes } from '../../json/index.mjs';
import { AuthServer, visit } from '../../worker/mcp/auth-server.js';
import { TenantServer } from '../../worker/mcp/tenant-server.js';
import { engineKnows } from '../encryption/project.js';
import type { Command, Project } from '../project.js';
import { replay } from '../replay.js';
import { addressOf, guardedProject, logIn } from './project.js';

const TOKENS = {
  'ann TenantWorkflow tenant': 'token-of-ann-0123456789',
  'ben TenantWorkflow tenant': 'token-of-ben-0123456789',
  'cia MovedWorkflow tenant': 'token-of-cia-0123456789',
};
const NEW_OF_ANN = 'new-token-of-ann-0123456789';

let auth: AuthServer;
let server: TenantServer;
let project: Project;
let workers: Command[];
let app: App;

beforeAll(async () => {
  auth = await AuthServer.start();
  server = await TenantServer.start({
    [TOKENS['ann TenantWorkflow tenant']]: 'ann',
    [TOKENS['ben TenantWorkflow tenant']]: 'ben',
    [TOKENS['cia MovedWorkflow tenant']]: 'cia',
  });
  const tenant = `    tenant: { url: "${server.url}", protocol: "2026", headers_from: identityOf }\n`;
  project = await guardedProject(auth, tenant);
  project.write('tokens.json', JSON.stringify(TOKENS));
  workers = [await project.worker(['--verbose']), await project.worker(['--verbose'])];
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app?.close();
  await project?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await auth?.[Symbol.asyncDispose]();
});

const refused = (id: string) =>
  expect.poll(() => app.getHandle(id).refusal(), { timeout: 60_000 }).toMatchObject({ server: 'guarded' });
const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

test('a run that meets a server without a login waits for one; everything names the command, which resumes it', async () => {
  const run = project.mcpa(['run', 'AskWorkflow', 'who am I?', '--id', 'no-login']);
  const fix = /MCP server guarded wants a login.*\n.*fix: mcpa mcp login guarded, which also resumes it/;
  await run.output(fix);
  const mine = ['--query', `TaskQueue = '${project.queue}'`];
  const inbox = shapes.inbox.parse(json((await project.mcpa(['inbox', '--json', ...mine]).done).stdout));
  expect(inbox.refusals).toMatchObject([
    { workflowId: 'no-login', refused: { kind: 'auth', server: 'guarded', fix: 'mcpa mcp login guarded' } },
  ]);
  expect((await app.list({ taskQueue: project.queue, status: ['auth'] })).runs).toMatchObject([
    { workflowId: 'no-login', waits: [{ for: 'auth', fix: 'mcpa mcp login guarded' }] },
  ]);

  const login = await logIn(project, ['--json']);
  expect(shapes['mcp login'].parse(json(login.stdout))).toMatchObject({
    login: { server: 'guarded', state: 'logged_in', issuer: auth.origin },
    resumed: [{ workflowId: 'no-login' }],
  });
  const done = await run.done;
  expect(done, done.stderr).toMatchObject({ status: 0, stdout: 'you are ann\n' });
  const status = shapes['mcp status'].parse(
    json((await project.mcpa(['mcp', 'status', '--json']).done).stdout),
  );
  expect(status.servers).toMatchObject([
    { server: 'guarded', state: 'logged_in', refreshes: true },
    { server: 'tenant', state: 'headers_from' },
  ]);
  await replay(project, 'no-login');
});

test('a token that is refused in the middle of a run: two workers, ten calls, one refresh', async () => {
  const handle = await app.start('CallsWorkflow', { workflowId: 'renewed', args: [10] });
  await expect.poll(async () => (await handle.details()).totals.toolCalls, { timeout: 60_000 }).toBe(1);
  const before = auth.refreshes;
  await auth.revoke();
  await handle.signal('go');
  expect(await handle.result()).toEqual(Array.from({ length: 11 }, () => 'you are ann'));
  expect(auth.refreshes).toBe(before + 1);
});

test('a refresh token that was revoked: the run waits in the middle, goes on after the login; one that a person paused stays', async () => {
  const [waits, paused] = await Promise.all(
    ['waits', 'paused'].map((workflowId) => app.start('CallsWorkflow', { workflowId, args: [2] })),
  );
  for (const handle of [waits, paused])
    await expect.poll(async () => (await handle?.details())?.totals.toolCalls, { timeout: 60_000 }).toBe(1);
  await auth.revoke({ refresh: true });
  await Promise.all([waits?.signal('go'), paused?.signal('go')]);
  await Promise.all([refused('waits'), refused('paused')]);
  await paused?.pause();
  const login = await logIn(project, ['--json']);
  expect(json(login.stdout)).toMatchObject({ resumed: [{ workflowId: 'waits' }] });
  expect(await waits?.result()).toEqual(['you are ann', 'you are ann', 'you are ann']);
  expect(await paused?.refusal()).toBeDefined();
  await paused?.resume();
  expect(await paused?.result()).toHaveLength(3);
  await replay(project, 'waits');
});

test('C11: no token is in history, logs or output, though the server repeats it in the errors of its tools', async () => {
  const run = await project.mcpa(['run', 'AskWorkflow', 'leak', '--id', 'leak', '--json', '--verbose']).done;
  expect(run.status, run.stderr).toBe(0);
  const call = await project.mcpa(['mcp', 'list', '--json', '--verbose']).done;
  const status = await project.mcpa(['mcp', 'status']).done;
  const known = [
    ...(await Promise.all(['no-login', 'renewed', 'waits', 'leak'].map((id) => engineKnows(project, id)))),
    ...[run, call, status, ...workers].flatMap(({ stdout, stderr }) => [stdout, stderr]),
  ].join('\n');
  expect(known).toContain('rejected: ********');
  for (const { access, refresh } of auth.issued)
    for (const token of [access, refresh ?? access]) expect(known.includes(token), token).toBe(false);
  expect(readdirSync(`${project.dir}/.data/mcpa/mcp-logins`)).toHaveLength(1);
});

test('headers_from: each run has its own identity, and a connection that no other identity uses; a new token is asked for when the old one is refused', async () => {
  const ids = ['ann-1', 'ben-1', 'ann-2', 'ben-2'];
  const handles = await Promise.all(
    ids.map((workflowId) => app.start('TenantWorkflow', { workflowId, args: [] })),
  );
  for (const handle of handles)
    await expect.poll(async () => (await handle.details()).totals.toolCalls, { timeout: 60_000 }).toBe(1);
  // Two workers, each with a connection of its own for each identity that it has calls of.
  const opened = (token: string) => server.opened(token);
  for (const token of Object.values(TOKENS).slice(0, 2)) expect([1, 2]).toContain(opened(token));
  for (const request of server.requests) expect(request).toMatch(/^token-of-(ann|ben)-/);

  server.names.delete(TOKENS['ann TenantWorkflow tenant']);
  server.names.set(NEW_OF_ANN, 'ann');
  project.write('tokens.json', JSON.stringify({ ...TOKENS, 'ann TenantWorkflow tenant': NEW_OF_ANN }));
  await Promise.all(handles.map((handle) => handle.signal('go')));
  for (const [at, handle] of handles.entries()) {
    const mine = `of ${ids[at]?.split('-')[0]}`;
    expect(await handle.result()).toEqual([mine, mine, mine]);
  }
  for (const token of [NEW_OF_ANN, TOKENS['ben TenantWorkflow tenant']])
    expect([1, 2]).toContain(opened(token));

  const known = [
    ...(await Promise.all(ids.map((id) => engineKnows(project, id)))),
    ...workers.flatMap(({ stdout, stderr }) => [stdout, stderr]),
  ];
  for (const token of [...Object.values(TOKENS), NEW_OF_ANN]) expect(known.join('\n')).not.toContain(token);
});

test('an activity that does not exist: the worker says so before it starts', async () => {
  project.write('wrong.yaml', project.read('mcp_agent.config.yaml').replace('identityOf', 'identityFor'));
  const done = await project.mcpa(['worker', '--config', 'wrong.yaml']).done;
  expect(done.status, done.stderr).toBe(2);
  expect(done.stderr).toMatch(/mcp\.servers\.tenant\.headers_from: there is no activity identityFor/);
  expect(done.stderr).toMatch(/there are: identityOf/);
});

test('an agent that has moved to a run of its own keeps the identity of its workflow', async () => {
  const handle = await app.start('MovedWorkflow', { workflowId: 'cia-1', args: [] });
  expect(await handle.result()).toBe('of cia');
  expect(await engineKnows(project, 'cia-1')).toContain(WIRE.agentHost);
});

test.each<[string, number, RegExp, string[], (() => Promise<void>)?]>([
  [
    'of an unknown server',
    2,
    /no MCP server guardd in the config.*\n.*configured servers: fixture, guarded, tenant/,
    ['guardd'],
  ],
  [
    'that nobody comes to',
    3,
    /nobody logged in to MCP server guarded within 0\.5 s.*\n.*--timeout/,
    ['guarded', '--timeout', '500ms'],
  ],
])('a login %s ends with %i', async (_, status, message, args) => {
  const done = await project.mcpa(['mcp', 'login', ...args]).done;
  expect(done.status, done.stderr).toBe(status);
  expect(done.stderr).toMatch(message);
});

test('a login that is refused, and one that is interrupted; the login before them stays until the logout', async () => {
  auth.denies = true;
  const denied = project.mcpa(['mcp', 'login', 'guarded']);
  await visit(await addressOf(denied));
  expect(await denied.done).toMatchObject({ status: 3, stderr: expect.stringMatching(/the person said no/) });
  const interrupted = project.mcpa(['mcp', 'login', 'guarded']);
  await addressOf(interrupted);
  expect(await interrupted.stop('SIGINT')).toMatchObject({ status: 130 });
  auth.denies = false;
  const servers = (await project.mcpa(['mcp', 'status']).done).stdout;
  expect(servers).toMatch(/guarded +logged in/);
  expect(servers).toMatch(/tenant +headers of each run/);
  const logout = await project.mcpa(['mcp', 'logout', 'guarded', '--json']).done;
  expect(shapes['mcp logout'].parse(json(logout.stdout))).toMatchObject({ removed: true, revoked: true });
  expect((await project.mcpa(['mcp', 'logout', 'guarded']).done).stdout).toBe(
    'guarded: there was no login\n',
  );
  const tools = await project.mcpa(['mcp', 'tools', 'guarded']).done;
  expect(tools).toMatchObject({
    status: 3,
    stderr: expect.stringMatching(/wants a login.*\n.*mcpa mcp login guarded/),
  });
});

test('a login where no engine answers: it stands, and the runs that it did not look for are told', async () => {
  const command = project.mcpa(['mcp', 'login', 'guarded', '--json'], project.dir, {
    ...project.env,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  });
  await visit(await addressOf(command));
  const done = await command.done;
  expect(done.status, done.stderr).toBe(0);
  expect(shapes['mcp login'].parse(json(done.stdout))).toMatchObject({
    login: { state: 'logged_in' },
    resumed: [],
    notAsked: expect.stringContaining('127.0.0.1:1'),
  });
});
