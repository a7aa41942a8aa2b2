import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { loadConfig } from '../../../src/config/index.js';
import { bundleWorkflows } from '../../../src/worker/bundle/index.js';
import { workerOptions } from '../../../src/worker/bundle-project.js';
import { Command, Project, repository } from '../project.js';
import { quietRuntime } from '../quiet-runtime.js';

/** What `npm install` would make: mcpa itself, and the packages of its own checkout. */
export function linkPackages(dir: string): void {
  const modules = join(dir, 'node_modules');
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules);
  for (const name of readdirSync(join(repository, 'node_modules')))
    if (name !== '.bin') symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  symlinkSync(repository, join(modules, 'mcpa'));
  const bin = join(repository, 'node_modules/.bin');
  mkdirSync(join(modules, '.bin'));
  for (const name of readdirSync(bin)) symlinkSync(join(bin, name), join(modules, '.bin', name));
  for (const name of ['mcpa', 'mcpa-fetch'])
    symlinkSync(join(repository, 'bin', `${name}.js`), join(modules, '.bin', name));
}

export async function scaffold(template: string): Promise<Project> {
  const project = await Project.create(template, template);
  linkPackages(project.dir);
  return project;
}

/** A command of the project's own, as its user types it. */
export function shell(project: Pick<Project, 'dir' | 'env'>, line: string): Command {
  const mcpa = `${process.execPath} ${join(repository, 'bin/mcpa.js')}`;
  const env = { ...project.env, PATH: `${join(repository, 'node_modules/.bin')}:${process.env.PATH}` };
  return new Command(
    spawn('sh', ['-c', line.replace('npx mcpa', mcpa)], {
      cwd: project.dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

export async function bundle(dir: string, env: NodeJS.ProcessEnv) {
  const { config } = await loadConfig({ cwd: dir, env, require: true });
  return bundleWorkflows({
    projectDir: dir,
    patterns: config.workflows,
    options: workerOptions(config),
    cacheDir: join(dir, '.mcpa/cache/bundles'),
    onWarning: () => undefined,
  });
}

/** Replays the run's history on a fresh bundle of today's sources. */
export async function replay(project: Project, id: string): Promise<void> {
  quietRuntime();
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  try {
    const history = await new Client({ connection }).workflow.getHandle(id).fetchHistory();
    const { code, codePath } = await bundle(project.dir, project.env);
    await Worker.runReplayHistory(
      { workflowBundle: code === undefined ? { codePath } : { code } },
      history,
      id,
    );
  } finally {
    await connection.close();
  }
}
