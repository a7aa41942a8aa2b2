import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { McpServerConfig } from '../../../src/config/types.js';
import {
  fixture,
  isAlive,
  openPool,
  repository,
  serverConfig,
  startHttp,
  stdioServer,
  temporaryFolder,
  until,
} from './servers.js';

const transports = ['stdio', 'http'] as const;
type Transport = (typeof transports)[number];

/** The faulty server, over stdio or HTTP. */
async function faulty(
  transport: Transport,
  env: Record<string, string> = {},
  extra: Partial<McpServerConfig> = {},
): Promise<McpServerConfig> {
  if (transport === 'stdio') return stdioServer('faulty-server.mjs', { env, protocol: '2025', ...extra });
  const { url } = await startHttp('faulty-server.mjs', { ...env, FAULTY_PORT: '0' });
  return serverConfig({ transport: 'streamable_http', url, protocol: '2025', ...extra });
}

test.each(transports)('a server that never answers at start: %s', async (transport) => {
  const server = await faulty(transport, { FAULTY: 'mute' }, { connect_timeout_seconds: 0.5 });
  const { pool } = openPool({ a: server });
  const late = { kind: 'unavailable', message: expect.stringContaining('no answer within 0.5 s') };
  await expect(pool.catalog(['a'])).rejects.toMatchObject(late);
  expect(pool.report()).toMatchObject([{ server: 'a', state: 'broken' }]);
});

test.each(transports)('a server that talks nonsense at start: %s', async (transport) => {
  const server = await faulty(transport, { FAULTY: 'garbage' }, { connect_timeout_seconds: 1 });
  await expect(openPool({ a: server }).pool.catalog(['a'])).rejects.toMatchObject({
    kind: 'unavailable',
    sent: false,
  });
});

test.each(transports)(
  'nonsense in place of an answer ends the call, and the next one is served: %s',
  async (transport) => {
    const { text } = openPool({ a: await faulty(transport) });
    await text('a', 'pid');
    const call = text('a', 'garbage', {}, { timeoutMs: 1_000 });
    await expect(call).rejects.toMatchObject({ sent: true });
    expect(await text('a', 'echo', { x: 1 })).toBe('{"x":1}');
  },
);

test.each(transports)(
  'no answer to a call is a timeout, and the next one is served: %s',
  async (transport) => {
    const { text } = openPool({ a: await faulty(transport) });
    await text('a', 'pid');
    await expect(text('a', 'mute', {}, { timeoutMs: 400 })).rejects.toMatchObject({
      kind: 'timeout',
      sent: true,
    });
    expect(await text('a', 'echo', { x: 1 })).toBe('{"x":1}');
  },
);

test.each(transports)('an answer of 50 MB comes whole: %s', async (transport) => {
  const { text } = openPool({ a: await faulty(transport) });
  const said = await text('a', 'huge', { mb: 50 });
  expect(said.length).toBe(50 * 1024 * 1024 + 10);
  expect(said.startsWith('begin x') && said.endsWith('x end')).toBe(true);
});

test.each(transports)('an answer over 64 MB ends the call, not the worker: %s', async (transport) => {
  const { text } = openPool({ a: await faulty(transport) });
  const large = { kind: 'unknown_outcome', message: expect.stringMatching(/longer than|more than/) };
  await expect(text('a', 'huge', { mb: 80 })).rejects.toMatchObject(large);
  expect(await text('a', 'echo')).toBe('{}');
});

test.each(transports)('C5: a server that hangs at its end holds nothing up: %s', async (transport) => {
  const { pool, text } = openPool({ a: await faulty(transport, { FAULTY: 'hang_at_end' }) });
  const pid = Number(await text('a', 'pid'));
  const started = Date.now();
  await pool.close();
  expect(Date.now() - started).toBeLessThan(10_000);
  if (transport === 'stdio') expect(isAlive(pid)).toBe(false);
});

test('a server that dies at its first starts is started again, ever more slowly, until it runs', async () => {
  const starts = join(temporaryFolder(), 'starts');
  const { pool, text } = openPool({ a: await faulty('stdio', { FAULTY_STARTS: starts, FAULTY_DIES: '3' }) });
  for (let n = 1; n <= 3; n++) {
    const failed = { kind: 'unavailable', starts: { failed: n, limit: 6 } };
    await expect(pool.catalog(['a'])).rejects.toMatchObject(failed);
  }
  expect(await text('a', 'echo')).toBe('{}');
  expect(pool.report()).toMatchObject([{ state: 'ready', pid: expect.any(Number), era: '2025' }]);
  const times = readFileSync(starts, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Number(line.split(' ')[0]));
  const pauses = times.slice(1).map((time, n) => time - times[n]!);
  expect(pauses).toHaveLength(3);
  // 0.25, 0.5 and 1 s, and the time of a start.
  for (const [n, least] of [240, 490, 990].entries()) expect(pauses[n]).toBeGreaterThan(least);
});

test('states of a connection: closed, connecting, ready, broken, closed', async () => {
  const { pool, text } = openPool({ a: await faulty('stdio') });
  const state = () => pool.report()[0]?.state;
  expect(state()).toBe('closed');
  const listing = pool.catalog(['a']);
  await until(() => state() === 'connecting');
  await listing;
  expect(state()).toBe('ready');
  process.kill(Number(await text('a', 'pid')), 'SIGKILL');
  await until(() => state() !== 'ready');
  expect(state()).toBe('broken');
  expect(await text('a', 'echo')).toBe('{}');
  await pool.close();
  expect(state()).toBe('closed');
});

test('a server that rested and stands still gets no call: another one does', async () => {
  const { text, log } = openPool({ a: await faulty('stdio') }, { restMs: 0 });
  const pid = await text('a', 'pid');
  await expect(text('a', 'stop', {}, { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'timeout' });
  expect(await text('a', 'pid')).not.toBe(pid);
  expect(log.map(({ message }) => message)).toContainEqual(expect.stringContaining('no sign of life'));
  await until(() => !isAlive(Number(pid)));
}, 30_000);

test('settings by tool: repeatable where the config says so', async () => {
  const { pool } = openPool({ a: await faulty('stdio', {}, { tools: { echo: { repeatable: true } } }) });
  const { tools } = await pool.catalog(['a']);
  expect(tools.filter(({ repeatable }) => repeatable).map(({ name }) => name)).toEqual(['echo']);
});

test.each([
  ['sh -c', (script: string) => ({ command: 'sh', args: ['-c', `node ${script}; true`] })],
  ['npx', (script: string) => ({ command: 'npx', args: ['--no-install', '-c', `node ${script}`] })],
])(
  'a worker killed by SIGKILL leaves nothing of a server started by %s',
  async (_, start) => {
    const server = serverConfig({
      ...start(fixture('faulty-server.mjs')),
      env: { FAULTY: 'hang_at_end' },
      protocol: '2025',
    });
    const host = spawn(process.execPath, [fixture('pool-host.mjs'), JSON.stringify({ server })], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      host.stdout.once('data', (data: Buffer) => resolve(Number(data)));
      host.once('exit', () => reject(new Error('the host ended')));
    });
    const family = ancestors(pid, host.pid as number);
    expect(family.length).toBeGreaterThan(1);
    host.kill('SIGKILL');
    await until(() => !family.some(isAlive), 5000);
  },
  60_000,
);

/** The process and those between it and its worker. */
function ancestors(pid: number, worker: number): number[] {
  if (pid === worker || pid <= 1) return [];
  const parent = Number(
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[1],
  );
  return [pid, ...ancestors(parent, worker)];
}
