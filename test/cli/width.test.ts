import { expect, test } from 'vitest';
import { PlainView } from '../../dist/cli/render/plain-view.js';
import { fitTo, oneLine } from '../../dist/cli/render/width.js';

test('a line is cut to the width, wide characters and styles counted', () => {
  expect(fitTo('abc', 3)).toBe('abc');
  expect(fitTo('abcd', 3)).toBe('ab…');
  expect(fitTo('日本語', 5)).toBe('日本…');
  expect(fitTo('\u001b[31mabcd\u001b[39m', 3)).toBe('\u001b[31mab…\u001b[0m');
});

test('control characters of a model do not reach the terminal', () => {
  expect(oneLine('a\u001b[2Jb\r\nc')).toBe('a [2Jb c');
});

test('nothing turns the direction of a text: an approval shows what it holds', () => {
  expect(oneLine('rm \u202e/tmp\u202c x')).toBe('rm /tmp x');
});

test('names that others chose steer no terminal: of agents, tools, signals, workflows', () => {
  const lines: string[] = [];
  const view = new PlainView((line) => lines.push(line), { color: false } as never);
  const place = { time: '2026-01-01T00:00:00.000Z', workflowId: 'w\u001b[2J', runId: 'r', cursor: '1' };
  const bad = '\u001b]0;owned\u0007\u202e';
  for (const event of [
    { type: 'run_started', workflow: bad, taskQueue: 'q', input: [] },
    { type: 'turn_started', agent: bad, conversation: bad, turn: 1, activityId: '1' },
    { type: 'activity_completed', name: bad, activityId: '2', ms: 1, attempt: 1 },
    { type: 'signal', name: bad, args: [] },
    { type: 'child', state: 'completed', workflow: bad, childId: bad },
    { type: 'task_failed', message: bad, worker: bad },
  ])
    view.event({ ...event, ...place } as never);
  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});
