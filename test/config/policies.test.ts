import { expect, test } from 'vitest';
import { checkWhole } from '../../src/config/schema/semantics.js';

test.each([
  [
    'of a policy',
    { workflow_task_retry_policies: { 'mcpa.*': { initial_interval: 5, maximum_interval: 1 } } },
    'workflow_task_retry_policies.mcpa.*.maximum_interval',
  ],
  [
    'of a server',
    { mcp: { servers: { a: { command: 'a', retry: { initial_interval: 5, maximum_interval: 1 } } } } },
    'mcp.servers.a.retry.maximum_interval',
  ],
  [
    'of a tool, by what it has of its server',
    {
      mcp: {
        servers: {
          a: {
            command: 'a',
            retry: { maximum_interval: 1 },
            tools: { t: { retry: { initial_interval: 5 } } },
          },
        },
      },
    },
    'mcp.servers.a.tools.t.retry.maximum_interval',
  ],
])('a first pause that is longer than the longest one is told: %s', (_, config, key) => {
  const [finding, ...more] = checkWhole(config);
  expect(more).toEqual([]);
  expect(finding?.path.join('.')).toBe(key);
  expect(`${finding?.problem} ${finding?.fix}`).toContain('1 is shorter than initial_interval (5)');
});

test('a long first pause alone is taken: the longest one gives way', () => {
  expect(checkWhole({ workflow_task_retry_policies: { '*': { initial_interval: 120 } } })).toEqual([]);
});
