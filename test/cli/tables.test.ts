import { expect, test } from 'vitest';
import { dollars, exact, short } from '../../dist/cli/render/look/numbers.js';
import { runLines } from '../../dist/cli/render/look/runs.js';
import { wrap } from '../../dist/cli/render/look/wrap.js';
import { widthOf } from '../../dist/cli/render/width.js';
import type { RunSummary } from '../../src/client/index.js';

const now = Date.parse('2026-01-02T00:00:00Z');
const usage = { input: 12_345, output: 678, cacheRead: 0, cacheWrite: 0, cost: 0.25 };
const run = (more: Partial<RunSummary> = {}): RunSummary => ({
  workflowId: 'DataProcessingWorkflow-1a2b3c4d',
  runId: 'r',
  workflow: 'DataProcessingWorkflow',
  taskQueue: 'q',
  status: 'running',
  states: [],
  startedAt: '2026-01-01T00:00:00Z',
  waits: [],
  totals: { turns: 12, toolCalls: 30, retries: 1, usage, exact: false },
  ...more,
});

test('a table leaves columns out before it cuts a run’s id', () => {
  const at = (columns: number | undefined) => runLines([run()], { color: true, columns, now });
  expect(at(undefined).join('\n')).toMatch(/~12 .*~12\.3k .*~678 .*~\$0\.25 .*~30 .*~1/);
  for (const columns of [120, 80, 60, 48, 30]) {
    for (const line of at(columns)) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
    if (columns >= 48) expect(at(columns)[1]).toContain('DataProcessingWorkflow-1a2b3c4d');
  }
  expect(at(80)[1]).toContain('~$0.25');
});

test('what a run waits for cannot steer the terminal', () => {
  const waits = [{ for: 'human' as const, question: 'q1', text: 'really?\u001b[2J\r\nrm -rf' }];
  const lines = runLines([run({ waits })], { color: false, columns: 80, now });
  expect(lines[2]).toBe('  ? q1, open: really? [2J rm -rf');
});

test('wrapped text keeps within its columns and loses nothing but spaces', () => {
  const text = `a ${'word '.repeat(30)}${'x'.repeat(100)} 漢字漢字漢字漢字漢字漢字 end`;
  const lines = wrap(text, 20);
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(20);
  expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  expect(wrap('  kept\n\n  as it is', 20)).toEqual(['  kept', '', '  as it is']);
});

test('numbers for tables', () => {
  expect([0, 999, 1_000, 99_949, 99_950, 999_499, 999_500, 12_345_678].map(short)).toEqual([
    ...['0', '999', '1.0k', '99.9k', '100k', '999k', '1.0M', '12.3M'],
  ]);
  expect([0, 0.00012, 0.5, 1234.5].map(dollars)).toEqual(['$0', '$0.0001', '$0.50', '$1,235']);
  expect(exact(1_234_567)).toBe('1,234,567');
});
