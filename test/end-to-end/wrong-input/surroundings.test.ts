import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Project } from '../project.js';
import { refused } from './refused.js';

const WORKFLOW = 'export async function Quick(): Promise<string> {\n  return "ok";\n}\n';
const SCRIPTED = 'model: scripted\nscripted: { script: script.yaml }\n';

let project: Project;
beforeAll(async () => {
  project = await Project.create();
  project.write('workflows/quick.ts', WORKFLOW);
});
afterAll(() => project[Symbol.asyncDispose]());
beforeEach(() => project.write('mcp_agent.config.yaml', SCRIPTED));

const quick = () => project.mcpa(['run', 'Quick', '--local']).done;
const everyWay = [['worker'], ['dev'], ['run', 'Quick', '--local']];
const warnings = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('warning: '));

describe('the MCP command is not installed', () => {
  const config = (more: string) =>
    `${SCRIPTED}mcp: { servers: { absent: { command: no-such-mcp-server${more} } } }\n`;

  test('nothing starts: status 3, and where it was looked for', async () => {
    project.write('mcp_agent.config.yaml', config(''));
    const words = [
      /absent: command no-such-mcp-server not found: .*node_modules\/\.bin.*PATH/,
      /fix: npm install .*optional: true/,
    ];
    for (const args of everyWay) await refused(project.mcpa(args), 3, 'MCP_COMMAND_NOT_FOUND', ...words);
  });

  test('of an optional server: one warning', async () => {
    project.write('mcp_agent.config.yaml', config(', optional: true'));
    const { status, stdout, stderr } = await quick();
    expect(warnings(stderr)).toEqual([
      expect.stringMatching(/absent: command no-such-mcp-server not found.*is optional/),
    ]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ok\n' });
  });
});

test('the API key is missing: status 3; the fix names the variable and the secrets file', async () => {
  for (const provider of ['anthropic', 'openai']) {
    project.write('mcp_agent.config.yaml', `model: ${provider}\n`);
    const variable = `${provider.toUpperCase()}_API_KEY`;
    delete project.env[variable];
    const fix = new RegExp(`fix: .*${variable}.*${provider}\\.api_key in mcp_agent\\.secrets\\.yaml`);
    for (const args of everyWay) await refused(project.mcpa(args), 3, 'KEY_MISSING', provider, fix);
  }
});

describe('one warning, no failure', () => {
  const bundles = () => join(project.dir, '.mcpa/cache/bundles');
  const cached = (ending: string) => readdirSync(bundles()).filter((name) => name.endsWith(ending));

  test.each(['.js', '.json'])('a damaged %s of the bundle cache is built again', async (ending) => {
    await quick();
    for (const name of cached(ending)) project.write(`.mcpa/cache/bundles/${name}`, 'damaged');
    const { status, stdout, stderr } = await quick();
    expect(warnings(stderr)).toEqual([expect.stringMatching(/bundle cache is damaged and is built again/)]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ok\n' });
    expect(warnings((await quick()).stderr)).toEqual([]);
  });

  test('a cache folder that cannot be made: the bundle stays in memory', async () => {
    rmSync(join(project.dir, '.mcpa/cache'), { recursive: true, force: true });
    project.write('.mcpa/cache', 'a file, not a folder');
    const { status, stdout, stderr } = await quick();
    rmSync(join(project.dir, '.mcpa/cache'));
    expect(warnings(stderr)).toEqual([expect.stringMatching(/can't be cached and stays in memory: ENOTDIR/)]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ok\n' });
  });

  test('a full disk below the cache', async ({ skip }) => {
    rmSync(bundles(), { recursive: true, force: true });
    mkdirSync(bundles(), { recursive: true });
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', bundles()]);
    if (mount.status !== 0) skip('mounting takes a right that this user does not have');
    try {
      const { status, stdout, stderr } = await quick();
      expect(warnings(stderr)).toEqual([
        expect.stringMatching(/can't be cached and stays in memory: ENOSPC/),
      ]);
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'ok\n' });
    } finally {
      spawnSync('umount', [bundles()]);
    }
  });
});

test('no room for the engine’s data: an error that names the folder', async () => {
  rmSync(join(project.dir, '.mcpa'), { recursive: true, force: true });
  project.write('.mcpa', 'a file, not a folder');
  for (const args of [['dev'], ['run', 'Quick', '--local']]) {
    const command = project.mcpa([...args, '--address', '127.0.0.1:1']);
    await refused(command, 3, 'PERMISSION', join(project.dir, '.mcpa'), /fix: make it a folder/);
  }
  rmSync(join(project.dir, '.mcpa'));
});

test('doctor lists all of it, with a fix for each', async () => {
  project.write(
    'mcp_agent.config.yaml',
    'model: anthropic\nmcp: { servers: { absent: { command: no-such-mcp-server } } }\n',
  );
  const { stdout, status } = await project.mcpa(['doctor', '--json', '--address', '127.0.0.1:1']).done;
  const checks = (JSON.parse(stdout) as { checks: Array<{ check: string; state: string; fix?: string }> })
    .checks;
  const bad = checks.filter((each) => each.state === 'bad');
  expect(bad.map((each) => each.check)).toEqual(['engine', 'mcp', 'model']);
  for (const each of bad) expect(each.fix).toBeTruthy();
  expect(status).toBe(3);
});
