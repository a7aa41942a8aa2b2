import { expect, test } from 'vitest';
import { type CatalogTool, wireToolNames } from '../../../src/worker/mcp/index.js';

const tool = (server: string, name: string): CatalogTool => ({
  server,
  name,
  inputSchema: {},
  repeatable: false,
});
const names = (...tools: CatalogTool[]): string[] => [...wireToolNames(tools).keys()];

test('a name stands alone where it is unique, else with its server', () => {
  expect(names(tool('a', 'read'), tool('a', 'write'), tool('b', 'read'))).toEqual([
    'a_read',
    'write',
    'b_read',
  ]);
});

test('names are safe for every provider, and stable', () => {
  const long = tool('a', 'x'.repeat(80));
  const [first] = names(long);
  expect(first).toMatch(/^x{55}_[0-9a-f]{8}$/);
  expect(names(tool('b', 'other'), long)).toContain(first);
  expect(names(tool('a', 'files/read it'))).toEqual(['files_read_it']);
});

test('names that become equal stay apart', () => {
  const all = names(tool('a', 'x.y'), tool('a', 'x_y'), tool('a_b', 'c'), tool('a', 'b_c'), tool('a', 'c'));
  expect(new Set(all).size).toBe(5);
});
