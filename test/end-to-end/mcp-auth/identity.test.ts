import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, connect } from '../../../src/client/index.js';
import { AuthServer } from '../../worker/mcp/auth-server.js';
import { TenantServer } from '../../worker/mcp/tenant-server.js';
import { engineKnows } from '../encryption/project.js';
import type { Command, Project } from '../project.js';
import { guardedProject } from './project.js';

const TOKENS = {
  'ann TenantWorkflow tenant': 'token-of-ann-0123456789',
  'ben TenantWorkflow tenant': 'token-of-ben-0123456789',
};
const NEW_OF_ANN = 'new-token-of-ann-0123456789';

let server: TenantServer;
let auth: AuthServer;
let project: Project;
let worker: Command;
let app: App;

beforeAll(async () => {
  auth = await AuthServer.start();
  server = await TenantServer.start({
    [TOKENS['ann TenantWorkflow tenant']]: 'ann',
    [TOKENS['ben TenantWorkflow tenant']]: 'ben',
  });
  const tenant = `    tenant: { url: "${server.url}", protocol: "2026", headers_from: identityOf }\n`;
  project = await guardedProject(auth, tenant);
  project.write('tokens.json', JSON.stringify(TOKENS));
  worker = await project.worker(['--verbose']);
  app = await connect({ cwd: project.dir, env: project.env });
});
afterAll(async () => {
  await app?.close();
  await project?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await auth?.[Symbol.asyncDispose]();
});

test('headers_from: each run has its own identity, and a connection that no other identity uses; a new token is asked for when the old one is refused', async () => {
  const ids = ['ann-1', 'ben-1', 'ann-2', 'ben-2'];
  const handles = await Promise.all(
    ids.map((workflowId) => app.start('TenantWorkflow', { workflowId, args: [] })),
  );
  for (const handle of handles)
    await expect.poll(async () => (await handle.details()).totals.toolCalls, { timeout: 60_000 }).toBe(1);
  for (const token of Object.values(TOKENS)) expect(server.opened(token)).toBe(1);

  server.names.delete(TOKENS['ann TenantWorkflow tenant']);
  server.names.set(NEW_OF_ANN, 'ann');
  project.write('tokens.json', JSON.stringify({ ...TOKENS, 'ann TenantWorkflow tenant': NEW_OF_ANN }));
  await Promise.all(handles.map((handle) => handle.signal('go')));
  for (const [at, handle] of handles.entries()) {
    const mine = `of ${ids[at]?.split('-')[0]}`;
    expect(await handle.result()).toEqual([mine, mine, mine]);
  }
  expect(server.opened(NEW_OF_ANN)).toBe(1);
  expect(server.opened(TOKENS['ben TenantWorkflow tenant'])).toBe(1);

  const known = [
    ...(await Promise.all(ids.map((id) => engineKnows(project, id)))),
    worker.stdout,
    worker.stderr,
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
