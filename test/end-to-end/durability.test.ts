import { describe, expect, test } from 'vitest';
import { count, effect, slowProject } from './slow-project.js';

const SLOW_TOOL = `
turns:
  - when: { contains: "outcome of this call is unknown" }
    say: I was told.
  - when: { contains: "slow done" }
    say: It ended.
  - tools: [{ tool: slow, args: { ms: 60000 } }]
`;

describe('C1: SIGKILL of the worker', () => {
  test('during a tool call that may not be repeated: it is not repeated, and the model is told', async () => {
    await using project = await slowProject(SLOW_TOOL);
    const worker = await project.worker();
    const run = project.mcpa(['run', 'SlowWorkflow', 'go']);
    await effect(project, 'slow started');
    await worker.stop('SIGKILL');
    await project.worker();
    const finished = await run.done;
    expect(finished.status, finished.stderr).toBe(0);
    expect(finished.stdout.trim()).toBe('I was told.');
    expect(count(project.read('effects.log'), 'slow started')).toBe(1);
  });

  test('during a model call: the call is made again, the result is the same', async () => {
    await using project = await slowProject('turns:\n  - { say: "one two three four", delayMs: 4000 }\n');
    const worker = await project.worker();
    const run = project.mcpa(['run', 'SlowWorkflow', 'go']);
    await run.output(/turn 1/);
    await worker.stop('SIGKILL');
    await project.worker();
    const finished = await run.done;
    expect(finished.status, finished.stderr).toBe(0);
    expect(finished.stdout.trim()).toBe('one two three four');
  });
});

test('C8: a plain error fails the run, naming file and line', async () => {
  await using project = await slowProject(SLOW_TOOL);
  await project.worker();
  const run = await project.mcpa(['run', 'ThrowingWorkflow']).done;
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(/this is a plain error/);
  expect(run.stderr).toMatch(/fixture\.ts:11/);
});

describe('C10: before the first task of a run', () => {
  test('a cancel is not lost', async () => {
    await using project = await slowProject(SLOW_TOOL);
    const detached = await project.mcpa(['run', 'SlowWorkflow', 'go', '--id', 'early', '--detach']).done;
    expect(detached.status, detached.stderr).toBe(0);
    const cancel = project.mcpa(['cancel', 'early']);
    await cancel.output(/requested|cancel/i);
    await project.worker();
    const result = await project.mcpa(['wait', 'early']).done;
    expect(result.status).toBe(4);
    expect(project.read('effects.log')).toBe('');
  });
});
