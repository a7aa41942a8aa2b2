import { expect, test } from 'vitest';
import { errorText } from '../../src/cli/render/error.js';
import { outcomeError } from '../../src/cli/run/outcome.js';
import { workerLog } from '../../src/cli/worker-log.js';
import type { RunEvent } from '../../src/client/index.js';
import type { Config } from '../../src/config/index.js';
import { McpaError } from '../../src/core/index.js';

const mode = { json: false, quiet: false, verbose: true, color: false, live: false };
const CLEAR = '\u001b[2J\u001b]0;title\u0007';

test('what others said in an error can’t steer the terminal, and keeps its lines', () => {
  const error = new McpaError('RUN_FAILED', `first${CLEAR}\n  at second`, {
    hint: `look${CLEAR}`,
    cause: new Error(CLEAR),
  });
  const text = errorText(error, mode) + errorText(new Error(CLEAR), mode);
  expect(text).not.toContain('\u001b');
  expect(text).not.toContain('\u0007');
  expect(text).toMatch(/^error RUN_FAILED: first.*\n {2}at second\nfix: look/);
});

test('nor can what an MCP server prints; its colours are left out of the worker’s log', () => {
  const lines: string[] = [];
  const config = {
    projectDir: '/',
    logger: { level: 'info', format: 'pretty' },
    temporal: { rpc_metadata: {} },
    anthropic: {},
    openai: {},
    otel: {},
    mcp: { servers: {} },
  } as unknown as Config;
  workerLog(config, (line) => lines.push(line), false)('info', '[a] \u001b[31mred\u001b[0m, loud\u0007');
  expect(lines).toEqual(['info: [a] red, loud ']);
});

test.each([
  ['run_cancelled', 4],
  ['run_terminated', 4],
  ['run_timed_out', 5],
] as const)('the end of a run by %s has a fix', (type, status) => {
  const error = outcomeError({ type, workflowId: 'r1' } as RunEvent);
  expect(error.exitStatus).toBe(status);
  expect(error.hint).toContain('mcpa describe r1');
});
