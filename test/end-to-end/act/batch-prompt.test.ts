import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Command, repository } from '../project.js';
import { actProject, clientOf, PATIENT, start } from './project.js';

/** Runs what follows in a pseudo-terminal of a usual size. */
const PTY = `
import pty, sys
sys.exit(pty.spawn(['sh', '-c', 'stty cols 100 rows 30; exec "$@"', 'sh', *sys.argv[1:]]) >> 8)`;

test('on a terminal a batch asks first, and no changes nothing', async () => {
  await using project = await actProject();
  await start(project, 'SleepWorkflow', '--id', 'asked');
  await using app = await clientOf(project);
  const query = `TaskQueue = "${project.queue}"`;
  await expect.poll(async () => (await app.batch.find(query)).length, PATIENT).toBe(1);
  const answer = async (key: string) => {
    const bin = join(repository, 'bin/mcpa.js');
    const args = ['-c', PTY, process.execPath, bin, 'terminate', '--query', query];
    const env = { ...project.env, TERM: 'xterm' };
    const command = new Command(spawn('python3', args, { cwd: project.dir, env }));
    try {
      await command.output(/terminate this run\?/);
      command.child.stdin?.write(key);
      return await command.done;
    } finally {
      command.child.kill('SIGKILL');
    }
  };
  expect((await answer('n')).stdout).toContain('nothing was changed');
  expect((await app.getHandle('asked').describe()).status.name).toBe('RUNNING');
  const yes = await answer('y');
  expect(yes.stdout).toContain('asked terminated');
  expect(yes.status).toBe(0);
});
