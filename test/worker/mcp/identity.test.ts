import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../../src/config/types.js';
import { TokensInUse } from '../../../src/worker/mcp/auth/tokens-in-use.js';
import { RunHeaders } from '../../../src/worker/mcp/identity/run-headers.js';
import { openPool, serverConfig } from './servers.js';
import { TenantServer } from './tenant-server.js';

let server: TenantServer;

beforeAll(async () => {
  server = await TenantServer.start({});
});
beforeEach(() => {
  server.names.clear();
  server.requests.length = 0;
  server.refused.length = 0;
  server.names.set('token-of-ann', 'ann').set('token-of-ben', 'ben');
});
afterAll(() => server?.[Symbol.asyncDispose]());

const config = () =>
  serverConfig({ transport: 'streamable_http', url: server.url, protocol: '2026', headers_from: 'identity' });

/** A pool whose caller is whom the test says. */
function poolOf(token: (again: boolean) => string) {
  const asked: boolean[] = [];
  const headersFor = async (_: string, again: boolean) => {
    asked.push(again);
    return { authorization: `Bearer ${token(again)}` };
  };
  return { ...openPool({ tenant: config() }, { headersFor }), asked };
}

test('each identity has a connection of its own, and uses it again', async () => {
  let who = 'ann';
  const { text, pool } = poolOf(() => `token-of-${who}`);
  for (who of ['ann', 'ben', 'ann', 'ben']) expect(await text('tenant', 'mine')).toBe(`of ${who}`);
  expect([server.opened('token-of-ann'), server.opened('token-of-ben')]).toEqual([1, 1]);
  expect(pool.report().filter(({ state }) => state === 'ready')).toHaveLength(2);
  who = 'ann';
  const { tools } = await pool.catalog(['tenant']);
  expect(tools.map(({ name }) => name)).toEqual(['mine']);
});

test('headers that are refused are asked for once more, and then no more', async () => {
  const { text, asked } = poolOf((again) => (again ? 'token-of-ben' : 'token-of-ann'));
  server.names.delete('token-of-ann');
  expect(await text('tenant', 'mine')).toBe('of ben');
  expect(asked).toEqual([false, true]);
  server.names.delete('token-of-ben');
  await expect(text('tenant', 'mine')).rejects.toMatchObject({
    kind: 'unauthorized',
    hint: expect.stringContaining('the activity identity'),
    login: false,
  });
  expect(asked).toEqual([false, true, false, true]);
});

test('a server with an Authorization header of the config says so when it is refused', async () => {
  const headers = { authorization: 'Bearer of-nobody' };
  const { headers_from: _, ...fixed } = config();
  const { text } = openPool({ tenant: { ...fixed, headers } });
  await expect(text('tenant', 'mine')).rejects.toMatchObject({
    kind: 'unauthorized',
    message: 'MCP server tenant refuses the headers (HTTP 401)',
    hint: expect.stringMatching(/headers of tenant, and restart the worker/),
  });
});

test('calls of a run share what it was given; one that is cancelled meanwhile ends its own wait alone', async () => {
  const headers = new RunHeaders(
    { mcp: { servers: { tenant: config() } } } as unknown as Config,
    new TokensInUse(),
  );
  let give: (given: object) => void = () => undefined;
  let asked = 0;
  headers.use({
    identity: () => {
      asked++;
      return new Promise<object>((resolve) => {
        give = resolve;
      });
    },
  });
  const call = (cancellationSignal: AbortSignal) => {
    const info = { workflowExecution: { workflowId: 'w', runId: 'r' }, workflowType: 'W' };
    const context = { info, cancellationSignal } as unknown as Context;
    return asyncLocalStorage.run(context, () => headers.of('tenant', false));
  };
  const cancel = new AbortController();
  const [first, second] = [call(cancel.signal), call(new AbortController().signal)];
  cancel.abort(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');
  give({ authorization: 'Bearer token-of-ann' });
  expect(await second).toEqual({ authorization: 'Bearer token-of-ann' });
  expect(asked).toBe(1);
});
