import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEngine } from '../../../src/engine/index.js';
import { type Project, repository } from '../project.js';
import { actProject, clientOf, PATIENT, run, start } from './project.js';

/** A folder for the PATH, with the commands as an installation puts them. */
function installed(project: Project, ...names: string[]): string {
  const folder = join(project.dir, 'path');
  mkdirSync(folder, { recursive: true });
  for (const name of names) symlinkSync(join(repository, 'bin/mcpa.js'), join(folder, name));
  return folder;
}

/** What bash would offer for a line, by the sourced script. */
function offered(project: Project, path: string, line: string, env: NodeJS.ProcessEnv = {}): string[] {
  const words = line.split(/\s+/);
  const script = `
source <(mcpa completion bash)
COMP_LINE=${JSON.stringify(line)} COMP_POINT=${line.length}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
compopt() { echo "compopt $*"; }
_mcpa
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const done = spawnSync('bash', ['-c', script], {
    cwd: project.dir,
    env: { ...project.env, PATH: `${path}:${process.env.PATH}`, ...env },
    encoding: 'utf8',
  });
  expect(done.stderr).toBe('');
  return done.stdout.trim().split('\n').sort();
}

/** A key pressed again when nothing came: each answer has a limit of its own, which a busy machine exceeds. */
const offers = (...line: Parameters<typeof offered>) => expect.poll(() => offered(...line), PATIENT);

test('bash: commands, flags, workflow names of the project, ids of running runs', async () => {
  await using project = await actProject();
  const path = installed(project, 'mcpa');
  await start(project, 'SleepWorkflow', '--id', 'it:1');
  await using app = await clientOf(project);
  await expect
    .poll(async () => (await app.batch.find(`TaskQueue = "${project.queue}"`)).length, PATIENT)
    .toBe(1);
  await offers(project, path, 'mcpa re').toEqual(['result', 'resume', 'retry']);
  await offers(project, path, 'mcpa cancel --ye').toEqual(['--yes']);
  await offers(project, path, 'mcpa config s').toEqual(['schema', 'show']);
  await offers(project, path, 'mcpa signal ').toEqual(['pause', 'resume']);
  // The names come from the sources here, and from the bundle's manifest once a worker has built one.
  const words = ['ThreeStepsWorkflow', 'ThrowsWorkflow'];
  await offers(project, path, 'mcpa run --id x Thr').toEqual(words);
  const worker = await project.worker();
  await offers(project, path, 'mcpa run Thr').toEqual(words);
  await worker.stop();
  await offers(project, path, 'mcpa wait it').toEqual(['it:1']);
  await offers(project, path, 'mcpa pause ').toEqual(['@last', 'it:1']);
  await offers(project, path, 'mcpa run x --input-file ').toContain('compopt -o default');
  // Bash replaces only what stands behind a colon or an equals sign, but all of what begins with @.
  await offers(project, path, 'mcpa wait it:').toEqual(['1']);
  await offers(project, path, 'mcpa init --template=ba').toEqual(['basic']);
  await offers(project, path, 'mcpa wait @').toEqual(['@last']);
  // An engine that is away offers nothing, and says nothing.
  expect(offered(project, path, 'mcpa wait ', { TEMPORAL_ADDRESS: '127.0.0.1:1' })).toEqual(['']);
});

test('the scripts for zsh and fish name the same question', async () => {
  await using project = await actProject();
  for (const shell of ['zsh', 'fish']) {
    const { stdout, status } = await run(project, 'completion', shell);
    expect(stdout).toContain('__complete --');
    expect(status).toBe(0);
    const found = spawnSync(shell, ['--version']).error === undefined;
    if (found) {
      writeFileSync(join(project.dir, 'script'), stdout);
      expect(spawnSync(shell, ['-n', join(project.dir, 'script')]).status).toBe(0);
    }
  }
});

test('temporal mcpa: the temporal command runs mcpa, with flags behind its name', async () => {
  await using project = await actProject();
  const path = installed(project, 'temporal-mcpa');
  const engine = await findEngine({ allowDownload: false, allowBuild: false });
  const wrapper = join(path, 'temporal');
  writeFileSync(wrapper, `#!/bin/sh\nexec '${engine.path}' "$@"\n`);
  chmodSync(wrapper, 0o755);
  const { TEMPORAL_ADDRESS: address = '', ...env } = project.env;
  const temporal = (...args: string[]) =>
    spawnSync(wrapper, ['mcpa', ...args], {
      cwd: project.dir,
      env: { ...env, PATH: `${path}:${process.env.PATH}` },
      encoding: 'utf8',
    });
  expect(temporal('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  await start(project, 'SleepWorkflow', '--id', 'by-temporal');
  const ended = temporal('terminate', 'by-temporal', '--address', address, '--json');
  expect(JSON.parse(ended.stdout)).toMatchObject({ workflowId: 'by-temporal', status: 'terminated' });
  expect(ended.status).toBe(0);
  const unknown = temporal('pause', 'by-temporal', '--address', address);
  expect(unknown.stderr).toMatch(/^error RUN_CLOSED: /);
  expect(unknown.status).toBe(2);
});
