import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Project } from '../project.js';
import { refused } from './refused.js';

/** A folder that `init` has not seen. */
function emptyFolder(): Project {
  const project = new Project();
  mkdirSync(project.dir);
  return project;
}

describe('init', () => {
  test('an unknown template: the message lists those there are, nothing is written', async () => {
    await using project = emptyFolder();
    const init = ['init', 'agents', '--template', 'nope', '--no-install'];
    await refused(project.mcpa(init), 2, 'TEMPLATE_UNKNOWN', '"nope"', /fix: there are: .*basic/);
    expect(project.read('agents/package.json')).toBe('');
  });

  test('over existing files: refused as a whole without --force', async () => {
    await using project = emptyFolder();
    project.write('agents/README.md', 'mine');
    const init = ['init', 'agents', '--no-install'];
    await refused(project.mcpa(init), 2, 'PROJECT_EXISTS', 'README.md already', /fix: .*--force/);
    expect(project.read('agents/README.md')).toBe('mine');
    expect(project.read('agents/package.json')).toBe('');

    const forced = await project.mcpa([...init, '--force']).done;
    expect(forced.status, forced.stderr).toBe(0);
    expect(project.read('agents/README.md')).not.toBe('mine');
    expect(forced.stdout).toMatch(/npm install\n/);
    expect(project.read('agents/node_modules/.package-lock.json')).toBe('');
  });

  test('into a folder that cannot be made', async () => {
    await using project = emptyFolder();
    project.write('file', 'x');
    const init = ['init', join('file', 'agents'), '--no-install'];
    await refused(project.mcpa(init), 3, 'PERMISSION', /ENOTDIR/, /fix: choose another folder/);
  });
});

describe('colour', () => {
  const RED = '\u001b[31m';
  test.each([
    ['not a terminal', {}, [], false],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, [], true],
    ['NO_COLOR', { NO_COLOR: '1' }, [], false],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], false],
    ['--no-color beside FORCE_COLOR', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ] as Array<[string, NodeJS.ProcessEnv, string[], boolean]>)('%s', async (_name, extra, flags, colored) => {
    await using project = emptyFolder();
    const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = project.env;
    const command = project.mcpa(['run', 'X', '{', ...flags], project.dir, { ...env, ...extra });
    const { stderr, status } = await command.done;
    expect(stderr.includes(RED)).toBe(colored);
    expect(stderr).toContain('INPUT_NOT_JSON');
    expect(status).toBe(2);
  });
});
