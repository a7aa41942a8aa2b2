import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  isAlive,
  openPool,
  serverConfig,
  startHttp,
  stdioServer,
  type TestPool,
  temporaryFolder,
  toolCall,
  until,
} from './servers.js';

test('concurrent first callers share one start', async () => {
  const starts = join(temporaryFolder(), 'starts');
  const { text } = openPool({ a: stdioServer('modern-server.mjs', { env: { FIXTURE_STARTS: starts } }) });
  const pids = await Promise.all(Array.from({ length: 8 }, () => text('a', 'pid')));
  expect(new Set(pids).size).toBe(1);
  expect(readFileSync(starts, 'utf8').trim()).toBe(pids[0]);
});

test('C5: killed in mid-call: the outcome is unknown, and the next call gets a new server', async () => {
  const { text } = openPool({ a: stdioServer('modern-server.mjs') });
  const pid = await text('a', 'pid');
  await expect(text('a', 'die')).rejects.toMatchObject({ kind: 'unknown_outcome', sent: true });
  expect(await text('a', 'pid')).not.toBe(pid);
});

test('C5: killed between calls: the next call just works', async () => {
  const { text, log } = openPool({ a: stdioServer('modern-server.mjs') });
  const pid = Number(await text('a', 'pid'));
  process.kill(pid, 'SIGKILL');
  // Until the kernel has closed the last thread's pipes a request can still be written: then its outcome is unknown.
  await until(() => log.some((line) => line.message.includes('closed its connection')));
  expect(await text('a', 'pid')).not.toBe(String(pid));
});

test('C5: garbage on stdout is logged, the answer still comes', async () => {
  const { text, log } = openPool({ a: stdioServer('modern-server.mjs') });
  for (const newline of [true, false]) expect(await text('a', 'garbage', { newline })).toBe('after garbage');
  const warnings = log.filter((line) => line.level === 'warning').map((line) => line.message);
  expect(warnings).toEqual([
    expect.stringContaining('this is no message'),
    expect.stringContaining('{"nor":"this"}'),
    expect.stringContaining('no newline {here}'),
  ]);
});

test('C5: a server that never answers a call is a timeout', async () => {
  const { text } = openPool({ a: stdioServer('legacy-server.mjs') });
  await text('a', 'pid');
  const error = { kind: 'timeout', message: expect.stringContaining('0.3 s') };
  await expect(text('a', 'silent', {}, { timeoutMs: 300 })).rejects.toMatchObject(error);
  expect(await text('a', 'echo', { x: 1 })).toBe('{"x":1}');
});

test.each(['2025', '2026'] as const)(
  'a resource and a prompt have the time of their server, protocol %s',
  async (protocol) => {
    const { pool } = openPool({ a: stdioServer('modern-server.mjs', { protocol, timeout_seconds: 1 }) });
    const signal = AbortSignal.timeout(20_000);
    const late = { kind: 'timeout', server: 'a' };
    await pool.catalog(['a']);
    await expect(pool.readResource('fixture://item/silent', ['a'], signal)).rejects.toMatchObject(late);
    await expect(pool.getPrompt('greet', { name: 'silent' }, ['a'], signal)).rejects.toMatchObject(late);
    // Where it answers, nothing is late.
    expect((await pool.readResource('fixture://item/7', ['a'], signal)).contents[0]?.text).toBe('item 7');
  },
);

test.each(['2025', '2026'] as const)('abort reaches the server, stdio %s', async (protocol) => {
  const folder = temporaryFolder();
  const log = join(folder, 'log');
  const { text } = openPool({ a: stdioServer('modern-server.mjs', { protocol, env: { FIXTURE_LOG: log } }) });
  await expectAbort(text, log);
});

test.each(['2025', '2026'] as const)('abort reaches the server, HTTP %s', async (protocol) => {
  const log = join(temporaryFolder(), 'log');
  const { url } = await startHttp('http-server.mjs', { FIXTURE_LOG: log });
  const { text } = openPool({ a: serverConfig({ transport: 'streamable_http', url, protocol }) });
  await expectAbort(text, log, protocol === '2026');
});

async function expectAbort(text: TestPool['text'], log: string, reaches = true): Promise<void> {
  const abort = new AbortController();
  writeFileSync(log, '');
  const call = text('a', 'slow', { ms: 5000 }, { signal: abort.signal });
  await until(() => readFileSync(log, 'utf8').includes('started'));
  const reason = new Error('run cancelled');
  abort.abort(reason);
  await expect(call).rejects.toBe(reason);
  // A stateless 2025-era HTTP handler builds a server per request: the cancel notification finds no call there.
  if (reaches) await until(() => readFileSync(log, 'utf8').includes('cancelled'), 3000);
  expect(await text('a', 'echo', { text: 'still here' })).toBe('still here');
}

test('an HTTP server killed in mid-call is noticed long before the timeout', async () => {
  for (const protocol of ['2025', '2026'] as const) {
    const { url, process: server } = await startHttp('http-server.mjs');
    const { text } = openPool({ a: serverConfig({ transport: 'streamable_http', url, protocol }) });
    await text('a', 'echo', { text: 'x' });
    const call = text('a', 'slow', { ms: 60_000 }, { timeoutMs: 60_000 });
    setTimeout(() => server.kill('SIGKILL'), 300);
    await expect(call).rejects.toMatchObject({ kind: 'unknown_outcome' });
    await expect(text('a', 'echo', { text: 'x' })).rejects.toMatchObject({ sent: false });
    const port = new URL(url).port;
    await startHttp('http-server.mjs', { FIXTURE_PORT: port });
    expect(await text('a', 'echo', { text: 'back' })).toBe('back');
  }
}, 60_000);

test('a server that dies of the probe is started without one, and the verdict is remembered', async () => {
  const cacheDir = join(temporaryFolder(), 'cache');
  const server = stdioServer('legacy-server.mjs', { env: { FIXTURE_EXIT_ON_PROBE: '1' } });
  expect(await openPool({ a: server }, { cacheDir }).text('a', 'echo')).toBe('{}');
  const [file] = readdirSync(cacheDir);
  expect(JSON.parse(readFileSync(join(cacheDir, file!), 'utf8'))).toMatchObject({ era: 'legacy' });

  const second = openPool({ a: server }, { cacheDir });
  expect(await second.text('a', 'echo')).toBe('{}');
  expect(second.log.some((line) => line.message.includes('probing'))).toBe(false);

  // A verdict that has become wrong is found out and replaced.
  writeFileSync(join(cacheDir, file!), JSON.stringify({ era: 'modern', at: Date.now() }));
  expect(await openPool({ a: server }, { cacheDir }).text('a', 'echo')).toBe('{}');
  expect(JSON.parse(readFileSync(join(cacheDir, file!), 'utf8'))).toMatchObject({ era: 'legacy' });
});

test('a server that cannot start is loud, unless it is optional', async () => {
  const broken = serverConfig({
    command: 'node',
    args: ['-e', 'console.error("no such table"); process.exit(7)'],
  });
  const { pool, text } = openPool({
    a: broken,
    b: { ...broken, optional: true },
    ok: stdioServer('modern-server.mjs'),
  });
  const failure = { kind: 'unavailable', message: expect.stringMatching(/status 7.*\n?.*no such table/s) };
  await expect(pool.catalog(['a', 'ok'])).rejects.toMatchObject(failure);
  await expect(text('a', 'x')).rejects.toMatchObject(failure);
  const { missing, tools } = await pool.catalog(['b', 'ok']);
  expect(missing).toEqual(['b']);
  expect(tools.length).toBeGreaterThan(5);
  const mute = serverConfig({ command: 'sleep', args: ['60'], connect_timeout_seconds: 0.6 });
  const late = { kind: 'unavailable', message: expect.stringContaining('no answer within') };
  await expect(openPool({ mute }).pool.catalog(['mute'])).rejects.toMatchObject(late);
});

test('a missing command says so, and how to get it', async () => {
  const server = serverConfig({ command: 'mcp-server-memory' });
  const error = { kind: 'command_not_found', hint: 'npm install @modelcontextprotocol/server-memory' };
  await expect(openPool({ a: server }).pool.catalog(['a'])).rejects.toMatchObject(error);
  const http = serverConfig({ transport: 'streamable_http', url: 'http://127.0.0.1:1/mcp' });
  const down = { kind: 'unavailable', hint: expect.stringContaining('127.0.0.1:1') };
  await expect(openPool({ a: http }).pool.catalog(['a'])).rejects.toMatchObject(down);
});

test('a refused token is told from an absent server', async () => {
  const { url } = await startHttp('http-server.mjs', { FIXTURE_TOKEN: 's' });
  const denied = {
    kind: 'unauthorized',
    message: expect.stringContaining('Authorization header'),
    hint: 'mcpa mcp login a',
  };
  await expect(
    openPool({ a: serverConfig({ transport: 'streamable_http', url }) }).pool.catalog(['a']),
  ).rejects.toMatchObject(denied);
});

test("a server sees the configured environment and none of the worker's secrets", async () => {
  process.env.ANTHROPIC_API_KEY = 'sk-secret';
  try {
    const { text } = openPool({ a: stdioServer('modern-server.mjs', { env: { GIVEN: 'yes' } }) });
    const env = JSON.parse(await text('a', 'env'));
    expect(env).toMatchObject({ GIVEN: 'yes', HOME: process.env.HOME });
    expect(env.PATH).toContain('node_modules/.bin');
    expect(JSON.stringify(env)).not.toContain('sk-secret');
  } finally {
    delete process.env.ANTHROPIC_API_KEY;
  }
});

test('an unused connection is closed, and opened again on demand', async () => {
  const { text } = openPool({ a: stdioServer('modern-server.mjs') }, { idleMs: 200 });
  const pid = Number(await text('a', 'pid'));
  expect(await text('a', 'slow', { ms: 400 })).toBe('slow done');
  expect(isAlive(pid)).toBe(true);
  await until(() => !isAlive(pid));
  expect(await text('a', 'pid')).not.toBe(String(pid));
});

test('close ends servers that hang, with their children, in about two seconds', async () => {
  const { pool, text } = openPool({ a: stdioServer('legacy-server.mjs', { env: { FIXTURE_HANG: '1' } }) });
  const pids = (await text('a', 'pid')).split(' ').map(Number);
  expect(pids).toHaveLength(2);
  const pending = pool.callTool(toolCall('a', 'silent')).catch((error) => error);
  await sleep(50);
  const started = Date.now();
  await pool.close();
  expect(Date.now() - started).toBeLessThan(4000);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(await pending).toMatchObject({ kind: 'unknown_outcome' });
  await expect(text('a', 'pid')).rejects.toMatchObject({ kind: 'unavailable' });
});

test('close does not wait for a server that is still starting', async () => {
  const { pool, log } = openPool({ a: serverConfig({ command: 'sleep', args: ['60'] }) });
  const listing = pool.catalog(['a']).catch((error) => error);
  await until(() => pool.report()[0]?.state === 'connecting');
  const started = Date.now();
  await pool.close();
  expect(Date.now() - started).toBeLessThan(2000);
  expect(await listing).toMatchObject({ kind: 'unavailable' });
  expect(log.filter((line) => line.level === 'error')).toEqual([]);
});
