// The workflow with the real server on a real local engine; only the model is scripted.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

test('what is missing is ordered', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'restock-'));
  process.env.WAREHOUSE_FILE = join(dir, 'warehouse.json'); // the config hands it to the server
  writeFileSync(process.env.WAREHOUSE_FILE, JSON.stringify({ stock: { lamp: 0 }, orders: [] }));
  const env = await createTestEnvironment({
    model: scriptedModel([
      { tools: [{ tool: 'stock', args: { article: 'lamp' } }] },
      { tools: [{ tool: 'order', args: { article: 'lamp', pieces: 10 } }] },
      { say: '{{result.0}}' },
    ]),
  });
  try {
    assert.equal(await env.run('RestockWorkflow', 'We sold out of lamps'), '0 pieces of lamp');
    const [order] = JSON.parse(readFileSync(process.env.WAREHOUSE_FILE, 'utf8')).orders;
    assert.equal(`${order.pieces} ${order.article}`, '10 lamp');
  } finally {
    await env.close();
    rmSync(dir, { recursive: true });
  }
});
