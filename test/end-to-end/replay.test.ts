import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Project } from './project.js';
import { replay } from './replay.js';

let project: Project;
const id = `replay-${process.pid}`;

beforeAll(async () => {
  project = await Project.create('basic', 'basic');
  const worker = await project.worker();
  const run = await project.mcpa(['run', 'DataProcessingWorkflow', 'sample data to process', '--id', id])
    .done;
  expect(run.status, run.stderr).toBe(0);
  await worker.stop('SIGTERM');
});
afterAll(() => project?.[Symbol.asyncDispose]());

test("C12: the template's history replays on today's bundle", async () => {
  await replay(project, id);
});

test('C12: a changed instruction replays: it shapes no command', async () => {
  const source = project.read('workflows/data-processing.ts');
  project.write(
    'workflows/data-processing.ts',
    source.replace('Process files and return results.', 'Be brief.'),
  );
  await replay(project, id);
  project.write('workflows/data-processing.ts', source);
});

test.each([
  [
    'a step before',
    'return agent.',
    "await agent.callTool('filesystem', 'list_directory', { path: '.' });\n  return agent.",
  ],
  [
    'a step after',
    /return (agent\.generateStr\(.*\));/,
    'const text = await $1;\n  await agent.listTools();\n  return text;',
  ],
  ['no step at all', /return agent\.generateStr\(.*\);/, 'return input;'],
])('C12: a swapped step is caught: %s', async (_, from, to) => {
  const source = project.read('workflows/data-processing.ts');
  project.write('workflows/data-processing.ts', source.replace(from, to));
  expect(project.read('workflows/data-processing.ts')).not.toBe(source);
  await expect(replay(project, id)).rejects.toThrow(DeterminismViolationError);
  project.write('workflows/data-processing.ts', source);
});
