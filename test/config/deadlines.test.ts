import { expect, test } from 'vitest';
import { checkDeadlines } from '../../src/config/schema/deadlines.js';

test.each([
  [
    'a call as long as the activity',
    { temporal: { timeout_seconds: 60 }, mcp: { servers: { a: { timeout_seconds: 60 } } } },
    'mcp.servers.a.timeout_seconds',
  ],
  [
    'a call longer than the default',
    { mcp: { servers: { a: { timeout_seconds: 601 } } } },
    'mcp.servers.a.timeout_seconds',
  ],
  [
    'a tool of its own',
    { mcp: { servers: { a: { tools: { t: { timeout_seconds: 900 } } } } } },
    'mcp.servers.a.tools.t.timeout_seconds',
  ],
  [
    'a connect',
    { temporal: { timeout_seconds: 5 }, mcp: { servers: { a: { connect_timeout_seconds: 30 } } } },
    'mcp.servers.a.connect_timeout_seconds',
  ],
  [
    'three heartbeats',
    { temporal: { timeout_seconds: 60, heartbeat_seconds: 20 } },
    'temporal.heartbeat_seconds',
  ],
])('%s does not nest: both keys are named', (_, config, path) => {
  const [finding, ...more] = checkDeadlines(config);
  expect(more).toEqual([]);
  expect(finding?.path.join('.')).toBe(path);
  expect(`${finding?.problem} ${finding?.fix}`).toMatch(
    /temporal\.timeout_seconds \(\d+.*raise temporal\.timeout_seconds above \d+/,
  );
});

test('what nests, defaults that give way, and mcp-agent’s names are taken', () => {
  const servers = {
    a: { timeout_seconds: 59.5, connect_timeout_seconds: 10 },
    b: { read_timeout_seconds: 300 },
    c: {},
  };
  expect(
    checkDeadlines({ temporal: { timeout_seconds: 60, heartbeat_seconds: 19 }, mcp: { servers } }),
  ).toEqual([]);
  expect(checkDeadlines({ temporal: { timeout_seconds: 1 } })).toEqual([]);
});
