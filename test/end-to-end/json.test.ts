import { join } from 'node:path';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script
import { shapes } from '../json/index.mjs';
import { freePort } from './processes.js';
import { Project } from './project.js';

/** The one object on stdout, held to its shape. */
async function printed(project: Project, shape: string, args: string[], env = project.env) {
  const { stdout, stderr } = await project.mcpa([...args, '--json'], project.dir, env).done;
  expect(stdout.trim().split('\n'), stderr).toHaveLength(1);
  return shapes[shape].parse(JSON.parse(stdout));
}

test('what the commands of a project print with --json has its documented shape', async () => {
  await using project = await Project.create('basic', 'basic');
  await printed(project, 'init', ['init', join(project.dir, '../other'), '--no-install']);
  await printed(project, 'init --list', ['init', '--list']);
  await printed(project, 'config show', ['config', 'show']);
  await printed(project, 'config check', ['config', 'check']);
  await printed(project, 'doctor', ['doctor']);
  await printed(project, 'version', ['--version']);
  await printed(project, 'server status', ['server', 'status']);
  await printed(project, 'server install', ['server', 'install']);
  await printed(project, 'error', ['run', 'NoSuchWorkflow']);

  const worker = project.mcpa(['worker', '--json']);
  await worker.output(/"ready"/);
  shapes.worker.parse(JSON.parse(worker.stdout));
  const run = await printed(project, 'run', ['run', 'DataProcessingWorkflow', 'sample data to process']);
  expect(run.status).toBe('completed');
  await printed(project, 'run', ['run', 'DataProcessingWorkflow', 'x', '--detach', '--id', project.queue]);
  await printed(project, 'wait', ['wait', project.queue]);
  await printed(project, 'result', ['result', project.queue]);
});

test('dev and server print a line each, of their shapes', async () => {
  await using project = await Project.create();
  const port = await freePort();
  const server = project.mcpa(['server', 'start', '--port', String(port), '--ui-port', '0', '--json']);
  await server.output(/"ready"/);
  shapes['server start'].parse(JSON.parse(server.stdout));
  const env = { ...project.env, TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
  const dev = project.mcpa(['dev', '--json'], project.dir, env);
  await dev.output(/"ready"/);
  const [engine, ready] = dev.stdout.trim().split('\n');
  shapes.dev.parse(JSON.parse(engine as string));
  shapes.worker.parse(JSON.parse(ready as string));
  expect((await dev.stop('SIGINT')).status, dev.stderr).toBe(0);
  expect((await server.stop('SIGINT')).status, server.stderr).toBe(0);
});
