import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { json as parsed } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Config } from '../../../../src/config/types.js';
import { CallbackServer } from '../../../../src/worker/mcp/auth/login/callback-server.js';
import { logInToMcpServer } from '../../../../src/worker/mcp/auth/login/log-in.js';
import { logOutOfMcpServer } from '../../../../src/worker/mcp/auth/login/log-out.js';
import { mcpLogins } from '../../../../src/worker/mcp/auth/login/login-status.js';
import { LoginFile } from '../../../../src/worker/mcp/auth/login-file.js';
import { MACHINE } from '../auth-server.js';
import { stdioServer } from '../servers.js';
import { auth, configOf, kept, logIn, remote } from './logins.js';

test('login: discovery, registration, PKCE, the loopback redirect; the file is the user’s alone', async () => {
  const { login, page } = logIn(remote());
  expect(await login).toMatchObject({
    server: 'guarded',
    state: 'logged_in',
    issuer: auth.origin,
    scopes: expect.arrayContaining(['tools:read']),
    refreshes: true,
  });
  expect((await page())?.text).toContain('You are logged in');
  const { path } = new LoginFile(remote());
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  const { accessToken, refreshToken } = kept(remote());
  expect(await auth.isGood('access', accessToken)).toBe(true);
  const told = JSON.stringify(await mcpLogins(configOf(remote())));
  expect(told).not.toContain(accessToken);
  expect(told).not.toContain(refreshToken);
});

test('a second login uses the client of the first one again; logout has the tokens revoked, and removes the file', async () => {
  await logIn(remote()).login;
  const first = kept(remote());
  await logIn(remote()).login;
  const second = kept(remote());
  expect(second.client.client_id).toBe(first.client.client_id);
  expect(second.accessToken).not.toBe(first.accessToken);
  expect(await logOutOfMcpServer(configOf(remote()), 'guarded')).toEqual({
    server: 'guarded',
    removed: true,
    revoked: true,
  });
  expect(await auth.isGood('access', second.accessToken)).toBe(false);
  expect(await auth.isGood('refresh', second.refreshToken ?? '')).toBe(false);
  expect(await mcpLogins(configOf(remote()))).toMatchObject([{ server: 'guarded', state: 'none' }]);
  expect(await logOutOfMcpServer(configOf(remote()), 'guarded')).toMatchObject({ removed: false });
});

test.each<[string, RegExp, () => { login: Promise<unknown> }]>([
  [
    'the person says no',
    /access_denied|the person said no/,
    () => {
      auth.denies = true;
      return logIn(remote());
    },
  ],
  [
    'the answer names another issuer',
    /came from another authorization server/,
    () => logIn(remote(), (callback) => callback.searchParams.set('iss', 'https://evil.example')),
  ],
  [
    'the answer names no issuer, though the server said that it would',
    /came from another authorization server/,
    () => logIn(remote(), (callback) => callback.searchParams.delete('iss')),
  ],
  [
    'the metadata are of another issuer than the server named',
    /issuer/i,
    () => {
      auth.namedIssuer = auth.origin.replace('127.0.0.1', 'localhost');
      return logIn(remote());
    },
  ],
  [
    'the config wants another issuer',
    /the config wants https:\/\/login\.example/,
    () => logIn(remote({ auth: { oauth: { authorization_server: 'https://login.example' } } })),
  ],
  [
    'nobody comes in time',
    /nobody logged in .* within 0\.3 s/,
    () =>
      logIn(remote(), (callback) => callback.searchParams.set('state', 'of-another-page'), {
        timeoutMs: 300,
      }),
  ],
  [
    'the server is not there',
    /fetch failed|ECONNREFUSED/,
    () => logIn(remote({ url: 'http://127.0.0.1:1/mcp' })),
  ],
])('no login when %s', async (_, why, begin) => {
  await expect(begin().login).rejects.toMatchObject({
    code: 'MCP_LOGIN_FAILED',
    message: expect.stringMatching(why),
  });
  expect(await new LoginFile(remote()).read()).toBeUndefined();
});

test('a client of the config: its grant without a person; its secret is not in the file, a wrong one is refused', async () => {
  const oauth = {
    grant: 'client_credentials' as const,
    client_id: MACHINE.id,
    client_secret: MACHINE.secret,
    authorization_server: auth.origin,
    scopes: ['tools:read'],
  };
  const server = remote({ auth: { oauth } });
  expect(await logIn(server).login).toMatchObject({
    state: 'logged_in',
    clientId: MACHINE.id,
    refreshes: true,
  });
  expect(JSON.stringify(kept(server))).not.toContain(MACHINE.secret);
  const wrong = remote({ auth: { oauth: { ...oauth, client_secret: 'another-secret' } } });
  await expect(logIn(wrong).login).rejects.toMatchObject({
    message: expect.stringMatching(/invalid_client|client auth/i),
  });
  const elsewhere = remote({ auth: { oauth: { ...oauth, authorization_server: 'https://login.example' } } });
  await expect(logIn(elsewhere).login).rejects.toMatchObject({ code: 'MCP_LOGIN_FAILED' });
});

test('scopes and port of the config; a port that is taken is no login', async () => {
  const taken = await CallbackServer.open('state');
  const port = Number(new URL(taken.url).port);
  const server = remote({ auth: { oauth: { scopes: ['tools:read', 'tools:write'], callback_port: port } } });
  await expect(logIn(server).login).rejects.toMatchObject({ message: expect.stringContaining('EADDRINUSE') });
  await taken[Symbol.asyncDispose]();
  const { scopes } = await logIn(server, (callback) => expect(callback.port).toBe(String(port))).login;
  expect(scopes).toEqual(expect.arrayContaining(['tools:read', 'tools:write']));
});

test('a client metadata document is the client where the server takes one: none is registered', async () => {
  const document = 'https://client.example/mcpa.json';
  const stop = new AbortController();
  let asked: URL | undefined;
  const login = logInToMcpServer(
    configOf(remote({ auth: { oauth: { client_metadata_url: document } } })),
    'guarded',
    {
      onAddress: (address) => {
        asked = new URL(address);
        stop.abort(new Error('seen'));
      },
      signal: stop.signal,
    },
  );
  await expect(login).rejects.toThrow('seen');
  expect(asked?.searchParams.get('client_id')).toBe(document);
});

test('a client of the config without an issuer: it is the client of the one that the server names, without a word', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => warned.mockRestore());
  const stop = new AbortController();
  let asked: URL | undefined;
  const login = logInToMcpServer(configOf(remote({ auth: { oauth: { client_id: 'mine' } } })), 'guarded', {
    onAddress: (address) => {
      asked = new URL(address);
      stop.abort(new Error('seen'));
    },
    signal: stop.signal,
  });
  await expect(login).rejects.toThrow('seen');
  expect(asked?.searchParams.get('client_id')).toBe('mine');
  expect(warned).not.toHaveBeenCalled();
});

test('a server that greets everybody: who wants its tools learns where to log in, and for what', async () => {
  const greeting = {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'open', version: '1' },
  };
  const front = createServer(async (incoming, outgoing) => {
    const base = `http://${incoming.headers.host}`;
    const json = (value: object, status = 200, headers = {}) =>
      outgoing
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    if (incoming.url === '/about.json')
      return void json({ resource: `${base}/mcp`, authorization_servers: [auth.origin] });
    // The stream that a client may open once it is greeted: still unanswered when the login closes it.
    if (incoming.method === 'GET') return void (incoming.url !== '/mcp' && json({}, 404));
    const { id, method } = (await parsed(incoming)) as { id?: number; method?: string };
    if (method === 'initialize') return void json({ jsonrpc: '2.0', id, result: greeting });
    if (id === undefined) return void outgoing.writeHead(202).end();
    const challenge = `Bearer scope="tools:write", resource_metadata="${base}/about.json"`;
    json({}, 401, { 'www-authenticate': challenge });
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void front.close().closeAllConnections());
  const stop = new AbortController();
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}/mcp`;
  let asked: URL | undefined;
  const login = logInToMcpServer(configOf(remote({ url })), 'guarded', {
    onAddress: (address) => {
      asked = new URL(address);
      stop.abort(new Error('seen'));
    },
    signal: stop.signal,
  });
  await expect(login).rejects.toThrow('seen');
  expect(asked?.origin).toBe(auth.origin);
  expect(asked?.searchParams.get('scope')).toContain('tools:write');
});

test.each([
  ['local', 'USAGE', /local program/],
  ['fixed', 'USAGE', /an Authorization header/],
  ['tenant', 'USAGE', /headers_from/],
  ['none', 'MCP_SERVER_UNKNOWN', /no MCP server none/],
])('there is nothing to log in to: %s', async (name, code, message) => {
  const servers = {
    local: stdioServer('modern-server.mjs'),
    fixed: remote({ headers: { authorization: 'Bearer x' } }),
    tenant: remote({ headers_from: 'identity' }),
  };
  const login = logInToMcpServer({ mcp: { servers } } as unknown as Config, name, {
    onAddress: () => undefined,
  });
  await expect(login).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
