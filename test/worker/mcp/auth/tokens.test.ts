import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from '@temporalio/activity';
import { expect, onTestFinished, test } from 'vitest';
import { toolFailure } from '../../../../src/worker/activities/tool-failure.js';
import { mcpLogins } from '../../../../src/worker/mcp/auth/login/login-status.js';
import { LoginFile } from '../../../../src/worker/mcp/auth/login-file.js';
import { MACHINE } from '../auth-server.js';
import { openPool, startHttp } from '../servers.js';
import { auth, configOf, kept, logIn, remote } from './logins.js';

const expectRefused = (call: Promise<unknown>, why: RegExp) =>
  expect(call).rejects.toMatchObject({
    kind: 'unauthorized',
    message: expect.stringMatching(why),
    hint: 'mcpa mcp login guarded',
    sent: false,
  });

test('two pools send the token, and get another one in the middle of their work: it is asked for once', async () => {
  const { pool, text } = openPool({ guarded: remote() });
  const other = openPool({ guarded: remote() });
  await expectRefused(
    pool.listServer('guarded'),
    /wants a login: there is none yet, nor an Authorization header/,
  );
  await logIn(remote()).login;
  expect(await text('guarded', 'whoami')).toBe('you are ann');
  expect(await other.text('guarded', 'whoami')).toBe('you are ann');
  const first = kept(remote());
  const refreshes = auth.refreshes;
  await auth.revoke();
  const both = await Promise.all(
    [text, text, other.text, other.text].map((call) => call('guarded', 'whoami')),
  );
  expect(both).toEqual(Array(4).fill('you are ann'));
  expect(auth.refreshes).toBe(refreshes + 1);
  expect(kept(remote()).refreshToken).not.toBe(first.refreshToken);
});

test('what the run is told: to wait for the login, or to fail where the config says so', async () => {
  const { pool } = openPool({ guarded: remote() });
  const error = await pool.listServer('guarded').catch((each: unknown) => each);
  const context = { cancellationSignal: new AbortController().signal } as Context;
  const told = { type: 'MCP_UNAUTHORIZED', nonRetryable: true };
  expect(toolFailure(error, context, { onProviderAuth: 'wait' })).toMatchObject({
    ...told,
    details: [{ refused: { kind: 'auth', server: 'guarded', fix: 'mcpa mcp login guarded' } }],
  });
  const failed = toolFailure(error, context, { onProviderAuth: 'fail' });
  expect(failed).toMatchObject({ ...told, message: expect.stringContaining('mcpa mcp login guarded') });
  expect((failed as { details?: unknown[] }).details ?? []).toEqual([]);
});

test('a token that is about to expire is replaced before it is sent', async () => {
  await logIn(remote()).login;
  const login = kept(remote());
  const file = new LoginFile(remote());
  const [at, expiresAt] = [-3_600_000, 1_000].map((ms) => new Date(Date.now() + ms).toISOString());
  await file.write({ ...login, at: at ?? '', expiresAt: expiresAt ?? '' });
  const { text } = openPool({ guarded: remote() });
  auth.seen.length = 0;
  expect(await text('guarded', 'whoami')).toBe('you are ann');
  expect(auth.seen).not.toContain(login.accessToken);
});

test('a refresh token that was revoked: a login is wanted, said once to the server, and told by the status', async () => {
  await logIn(remote()).login;
  const { text } = openPool({ guarded: remote() });
  expect(await text('guarded', 'whoami')).toBe('you are ann');
  await auth.revoke({ refresh: true });
  await expectRefused(text('guarded', 'whoami'), /wants a login: .*invalid_grant|grant request is invalid/);
  expect(await mcpLogins(configOf(remote()))).toMatchObject([{ state: 'ended', why: expect.any(String) }]);
  await logIn(remote()).login;
  expect(await text('guarded', 'whoami')).toBe('you are ann');
});

test('an authorization server that is down is no reason to ask a person', async () => {
  await logIn(remote()).login;
  const file = new LoginFile(remote());
  await file.write({ ...kept(remote()), issuer: 'http://127.0.0.1:1' });
  const { text } = openPool({ guarded: remote() });
  expect(await text('guarded', 'whoami')).toBe('you are ann');
  await auth.revoke();
  await expect(text('guarded', 'whoami')).rejects.toMatchObject({
    kind: expect.stringMatching(/not_sent|unavailable/),
  });
  expect((await file.read())?.ended).toBeUndefined();
});

test('a scope that is missing: the command of the login names it', async () => {
  await logIn(remote()).login;
  const { text } = openPool({ guarded: remote() });
  auth.callScope = 'tools:write';
  try {
    await expect(text('guarded', 'whoami')).rejects.toMatchObject({
      kind: 'unauthorized',
      hint: 'mcpa mcp login guarded --scope "tools:write"',
    });
    await logIn(remote(), undefined, { scopes: ['tools:write'] }).login;
    expect(await text('guarded', 'whoami')).toBe('you are ann');
  } finally {
    auth.callScope = undefined;
  }
});

test('client_credentials: the pool logs in by itself, and again when the token is refused', async () => {
  const oauth = {
    grant: 'client_credentials' as const,
    client_id: MACHINE.id,
    client_secret: MACHINE.secret,
    authorization_server: auth.origin,
  };
  const { text } = openPool({ guarded: remote({ auth: { oauth } }) });
  expect(await text('guarded', 'whoami')).toBe('you are machine');
  await auth.revoke();
  expect(await text('guarded', 'whoami')).toBe('you are machine');
});

test('HTTP+SSE sends the token too, on the stream and on each message, and a new one when it is refused', async () => {
  await logIn(remote()).login;
  const { url: upstream } = await startHttp('sse-server.mjs');
  const sent: string[] = [];
  const front = createServer(async (incoming, outgoing) => {
    const token = incoming.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!(await auth.isGood('access', token))) return void outgoing.writeHead(401).end();
    sent.push(`${incoming.method} ${token}`);
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '/', upstream), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    front.closeAllConnections();
    front.close();
  });
  const { pathname } = new URL(upstream);
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}${pathname}`;
  const server = remote({ url, transport: 'sse' });
  const login = kept(remote());
  await new LoginFile(server).write({ ...login, url });
  const { pool, text } = openPool({ old: server });
  const [tool] = await pool.listServer('old');
  expect(tool).toBeDefined();
  await auth.revoke();
  await text('old', tool?.name ?? '', { text: 'x' });
  expect(sent).toContain(`GET ${login.accessToken}`);
  expect(sent).toContain(`POST ${kept(server).accessToken}`);
  expect(kept(server).accessToken).not.toBe(login.accessToken);
});
