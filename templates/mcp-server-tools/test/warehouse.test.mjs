// The server alone, over stdio, as mcpa starts it.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const dir = mkdtempSync(join(tmpdir(), 'warehouse-'));
const file = join(dir, 'warehouse.json');
const client = new Client({ name: 'test', version: '1.0.0' });
const call = (name, args, _meta) => client.callTool({ name, arguments: args, ...(_meta ? { _meta } : {}) });
const orders = () => JSON.parse(readFileSync(file, 'utf8')).orders;

before(async () => {
  writeFileSync(file, JSON.stringify({ stock: { lamp: 0, desk: 12 }, orders: [] }));
  const env = { ...process.env, WAREHOUSE_FILE: file };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ['server/main.mjs'], env }));
});
after(async () => {
  await client.close();
  rmSync(dir, { recursive: true });
});

test('it lists its tools with their annotations', async () => {
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name).sort(), ['order', 'stock']);
  assert.equal(tools.find((tool) => tool.name === 'stock').annotations.readOnlyHint, true);
});

test('an unknown article is an error that names the articles', async () => {
  const result = await call('stock', { article: 'chair' });
  assert.equal(result.isError, true);
  assert.match(result.content[0].text, /there are: lamp, desk/);
});

test('a repeated call orders once', async () => {
  const key = { 'mcpa/idempotencyKey': 'call-1' };
  for (let i = 0; i < 2; i++) await call('order', { article: 'lamp', pieces: 5 }, key);
  assert.equal(orders().length, 1);
  await call('order', { article: 'lamp', pieces: 5 }, { 'mcpa/idempotencyKey': 'call-2' });
  assert.equal(orders().length, 2);
});
