import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wireToolNames } from '../../../src/worker/mcp/index.js';
import {
  openPool,
  serverConfig,
  startHttp,
  stdioServer,
  type TestPool,
  temporaryFolder,
  toolCall,
} from './servers.js';

test('the real filesystem server lists, writes and reads', async () => {
  const folder = temporaryFolder();
  const config = serverConfig({ command: 'mcp-server-filesystem', args: [folder] });
  const { pool, text, log } = openPool({ fs: config });

  const { tools, missing } = await pool.catalog(['fs']);
  expect(missing).toEqual([]);
  expect(tools.find((tool) => tool.name === 'read_text_file')).toMatchObject({
    server: 'fs',
    repeatable: true,
  });
  expect(tools.find((tool) => tool.name === 'edit_file')?.repeatable).toBe(false);

  const path = join(folder, 'a.txt');
  await text('fs', 'write_file', { path, content: 'hello\n' });
  expect(readFileSync(path, 'utf8')).toBe('hello\n');
  writeFileSync(path, 'changed\n');
  expect(await text('fs', 'read_text_file', { path })).toBe('changed\n');
  const outside = await pool.callTool(toolCall('fs', 'read_text_file', { path: '/etc/passwd' }));
  expect(outside.isError).toBe(true);
  expect(log.some((line) => line.message.startsWith('[fs] Secure MCP Filesystem Server'))).toBe(true);
});

test.each(['auto', '2025', '2026'] as const)('a 2.x server over stdio, protocol %s', async (protocol) => {
  const { pool, text } = openPool({ a: stdioServer('modern-server.mjs', { protocol }) });
  await expectFixture(pool, text);
});

test.each(['auto', '2025', '2026'] as const)(
  'a 2.x server over streamable HTTP, protocol %s',
  async (protocol) => {
    const { url } = await startHttp('http-server.mjs', { FIXTURE_TOKEN: 'secret' });
    const headers = { Authorization: 'Bearer secret' };
    const { pool, text } = openPool({
      a: serverConfig({ transport: 'streamable_http', url, headers, protocol }),
    });
    await expectFixture(pool, text);
  },
);

async function expectFixture(pool: TestPool['pool'], text: TestPool['text']): Promise<void> {
  const { tools, digest } = await pool.catalog(['a']);
  expect(tools.find((tool) => tool.name === 'echo')).toEqual({
    server: 'a',
    name: 'echo',
    description: 'Says it again',
    inputSchema: expect.objectContaining({ type: 'object', required: ['text'] }),
    annotations: { readOnlyHint: true, title: 'Echo' },
    repeatable: true,
  });
  expect((await pool.catalog(['a'])).digest).toBe(digest);
  expect(await text('a', 'echo', { text: 'hé' })).toBe('hé');
  expect(await pool.callTool(toolCall('a', 'add', { a: 1, b: 2 }))).toEqual({
    content: [{ type: 'text', text: '3' }],
    structuredContent: { sum: 3 },
  });
  expect(await pool.callTool(toolCall('a', 'fail'))).toMatchObject({ isError: true });
  expect(JSON.parse(await text('a', 'meta'))).toMatchObject({ 'mcpa/idempotencyKey': 'key-1' });

  const steps: unknown[] = [];
  await text('a', 'progress', { steps: 3 }, { onProgress: (step: unknown) => steps.push(step) });
  expect(steps).toContainEqual({ progress: 2, total: 3, message: 'step 2' });

  const signal = new AbortController().signal;
  const read = await pool.readResource('fixture://greeting', ['a'], signal);
  expect(read.contents).toEqual([{ uri: 'fixture://greeting', mimeType: 'text/plain', text: 'hello' }]);
  expect((await pool.readResource('fixture://item/7', ['a'], signal)).contents[0]?.text).toBe('item 7');
  expect(await pool.getPrompt('greet', { name: 'Ada' }, ['a'], signal)).toEqual({
    messages: [{ role: 'user', content: { type: 'text', text: 'Greet Ada' } }],
  });
  await expect(pool.getPrompt('none', {}, ['a'], signal)).rejects.toMatchObject({ kind: 'protocol' });
}

test('a 2024-style HTTP+SSE server gets the headers', async () => {
  const { url } = await startHttp('sse-server.mjs');
  const { pool, text } = openPool({
    old: serverConfig({ transport: 'sse', url, headers: { 'x-key': 'k' } }),
  });
  expect((await pool.catalog(['old'])).tools[0]).toMatchObject({ name: 'hello', description: 'k' });
  expect(await text('old', 'hello')).toBe('hello over SSE');
});

test('a 1.x server: all pages of its tools, and our roots', async () => {
  const roots = [{ uri: 'file:///data', name: 'data' }, { uri: '/plain' }];
  const { pool, text } = openPool({
    a: stdioServer('legacy-server.mjs', { env: { FIXTURE_PAGES: '1' }, roots }),
  });
  const { tools } = await pool.catalog(['a']);
  expect(tools.map((tool) => tool.name)).toEqual(['echo', 'pid', 'roots', 'silent']);
  expect(JSON.parse(await text('a', 'roots'))).toEqual([
    { uri: 'file:///data', name: 'data' },
    { uri: 'file:///plain' },
  ]);
});

test('two servers with a tool of one name', async () => {
  const { pool } = openPool({
    one: stdioServer('modern-server.mjs', { allowed_tools: ['echo', 'add'] }),
    two: stdioServer('modern-server.mjs', { allowed_tools: ['echo'] }),
  });
  const { tools } = await pool.catalog(['one', 'two']);
  const names = wireToolNames(tools);
  expect([...names.keys()]).toEqual(['add', 'one_echo', 'two_echo']);
  expect(names.get('two_echo')).toMatchObject({ server: 'two', name: 'echo' });
});

test('a changed tool list changes the catalogue', async () => {
  for (const protocol of ['2025', '2026'] as const) {
    const { pool, text } = openPool({ a: stdioServer('modern-server.mjs', { protocol }) });
    const before = await pool.catalog(['a']);
    await text('a', 'grow');
    await expect
      .poll(async () => (await pool.catalog(['a'])).tools.map((tool) => tool.name))
      .toContain('grown');
    expect((await pool.catalog(['a'])).digest).not.toBe(before.digest);
    expect(await text('a', 'grown')).toBe('grown');
  }
});

test('allowed_tools holds for the list and for the call', async () => {
  const { pool, text } = openPool({
    a: stdioServer('modern-server.mjs', { allowed_tools: ['echo', 'absent'] }),
  });
  expect((await pool.catalog(['a'])).tools.map((tool) => tool.name)).toEqual(['echo']);
  await expect(text('a', 'add', { a: 1, b: 1 })).rejects.toMatchObject({ kind: 'unknown_tool', sent: false });
  await expect(text('a', 'absent')).rejects.toMatchObject({ kind: 'unknown_tool' });
  await expect(text('b', 'echo')).rejects.toMatchObject({
    kind: 'unknown_server',
    hint: expect.stringContaining('a'),
  });
});
