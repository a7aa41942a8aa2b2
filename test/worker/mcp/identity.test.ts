import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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
