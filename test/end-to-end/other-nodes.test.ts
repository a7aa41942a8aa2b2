import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { outerEnv, processesIn, start } from './processes.js';
import { Project, repository } from './project.js';

/** The program of a Node version, from npm's package `node`; the reason when it can't be had. */
async function nodeProgram(version: string): Promise<{ path: string } | { missing: string }> {
  const args = ['-y', '-p', `node@${version}`, 'node', '-p', 'process.execPath'];
  try {
    const { stdout } = await promisify(execFile)('npx', args, { env: outerEnv(), timeout: 25_000 });
    return { path: stdout.trim() };
  } catch (error) {
    return { missing: String(error).split('\n')[0] ?? 'unknown' };
  }
}

/** npm, an init and a worker on top of each other: on a busy machine that takes its time. */
const PATIENCE_MS = 180_000;

test.for(['22', '24'])(
  'a run of the template on Node %s',
  async (version, context) => {
    const node = await nodeProgram(version);
    if ('missing' in node) {
      const reason = `Node ${version} could not be installed from npm: ${node.missing}`;
      // Where all is there, the three versions are promised; elsewhere the test says that it saw nothing.
      if (process.env.CI === 'true') throw new Error(reason);
      console.warn(`NOT TESTED: ${reason}`);
      return context.skip(reason);
    }
    await using project = await Project.create();
    const bin = `${repository}/bin/mcpa.js`;
    const program = (...args: string[]) => start(node.path, args, project.dir, project.env).done;
    expect((await program('--version')).stdout).toMatch(new RegExp(`^v${version}\\.`));
    const run = await program(bin, 'run', 'DataProcessingWorkflow', 'sample data to process', '--local');
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.trim()).toBe('Done. I read notes.txt and wrote result.txt (both in data/).');
    expect(project.read('data/result.txt')).toContain('sample data to process');
    expect(processesIn(project.dir)).toEqual([]);
  },
  PATIENCE_MS,
);
