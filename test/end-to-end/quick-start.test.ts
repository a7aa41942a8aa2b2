import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Project } from './project.js';

test('A3: the agent reads and writes real files, result on stdout', async () => {
  await using project = await Project.create();
  await project.worker();
  const run = await project.mcpa(['run', 'DataProcessingWorkflow', 'sample data to process']).done;
  expect(run.stderr).toMatch(/read_text_file/);
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout.trim()).toBe('Done. I read notes.txt and wrote result.txt (both in data/).');
  expect(readFileSync(join(project.dir, 'data/result.txt'), 'utf8')).toContain('sample data to process');
});

test('C3: a worker ends with status 0 on SIGTERM', async () => {
  await using project = await Project.create();
  const worker = await project.worker();
  expect((await worker.stop('SIGTERM')).status).toBe(0);
});
