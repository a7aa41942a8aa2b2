import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyFolder, mcpa } from './run-mcpa.js';

/** Nothing answers there: what a check finds before it, it found without an engine. */
const NOWHERE = ['--address', '127.0.0.1:1'];

test('JSON that is none, where text would be of no use: no flag is named that the command lacks', async () => {
  for (const command of [
    ['answer', 'run-1', '--input', '{"name": '],
    ['mcp', 'call', 'asking', 'book', '{"name": '],
  ]) {
    const { status, stderr } = await mcpa([...command, ...(command[0] === 'answer' ? NOWHERE : [])]);
    expect(status, stderr).toBe(2);
    expect(stderr).toMatch(/INPUT_NOT_JSON: the input starts like JSON but is not.*\nfix: mend the JSON\n/);
  }
});

describe('help', () => {
  test('lists every command and ends with 0', async () => {
    const { status, stdout } = await mcpa(['--help']);
    expect(status).toBe(0);
    for (const name of [
      'init',
      'dev',
      'run',
      'wait',
      'result',
      'cancel',
      'worker',
      'server',
      'doctor',
      'config',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
  });

  test('imports nothing of Temporal', async () => {
    using folder = emptyFolder();
    const trace = join(folder.dir, 'trace.cjs');
    writeFileSync(
      trace,
      'process.on("exit", () => console.error(Object.keys(require.cache).filter((f) => f.includes("@temporalio")).length + " temporal files"));',
    );
    const { stderr } = await mcpa(['--help'], { env: { NODE_OPTIONS: `--require ${trace}` } });
    expect(stderr).toContain('0 temporal files');
  });

  test('version as text and as JSON', async () => {
    expect((await mcpa(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { mcpa: own, project } = JSON.parse((await mcpa(['--version', '--json'])).stdout);
    expect(own.version).toMatch(/^\d/);
    expect(project).toBeNull();
  });
});

describe('asked wrongly: status 2, a code and a fix', () => {
  const cases: Array<[name: string, args: string[], code: string, words: RegExp]> = [
    ['unknown command', ['frob'], 'USAGE', /unknown command "frob"/],
    ['unknown flag', ['run', 'W', '--frob'], 'USAGE', /--frob/],
    ['missing argument', ['run'], 'USAGE', /workflow/],
    ['input twice', ['run', 'W', 'a', '--input', 'b'], 'USAGE', /more than once/],
    ['bad JSON', ['run', 'W', '{"a"'], 'INPUT_NOT_JSON', /line 1, column 5.*\n.*--string/],
    ['bad JSON on the second line', ['run', 'W', '{"a":1,\n  b}'], 'INPUT_NOT_JSON', /line 2, column 3/],
    ['--args that is no array', ['run', 'W', '--args', '3'], 'INPUT_NOT_JSON', /brackets/],
    ['--args that is no JSON', ['run', 'W', '--args', 'x'], 'INPUT_NOT_JSON', /--args/],
    ['a file that is not there', ['run', 'W', '--input-file', '/nowhere/x'], 'USAGE', /cannot read/],
    ['a time that is none', ['run', 'W', '--timeout', 'soon'], 'USAGE', /--timeout: "soon"/],
    ['a port that is none', ['worker', '--health-port', '99999999'], 'USAGE', /not a port/],
    ['--local with --detach', ['run', 'W', '--local', '--detach'], 'USAGE', /exclude/],
    [
      'a config file that is not there',
      ['run', 'W', '--config', '/nowhere/x.yaml'],
      'CONFIG_NOT_FOUND',
      /x\.yaml/,
    ],
    ['a worker without a project', ['worker'], 'CONFIG_NOT_FOUND', /mcpa init/],
    ['an unknown template', ['init', 'x', '--template', 'nope'], 'TEMPLATE_UNKNOWN', /basic/],
  ];
  test.each(cases)('%s', async (_name, args, code, words) => {
    using folder = emptyFolder();
    const { status, stdout, stderr } = await mcpa(args, { cwd: folder.dir });
    expect(stderr).toMatch(new RegExp(`^error ${code}: `));
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^fix: /m);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  test('input over the limit, from stdin', async () => {
    const { status, stderr } = await mcpa(['run', 'W', '--input-file', '-'], {
      input: 'x'.repeat(2_200_000),
    });
    expect(stderr).toMatch(/^error INPUT_TOO_LARGE: /);
    expect(status).toBe(2);
  });

  test('--json gives one object on stdout', async () => {
    const { status, stdout, stderr } = await mcpa(['run', 'W', '[1', '--json']);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'INPUT_NOT_JSON',
      hint: expect.stringContaining('--string'),
    });
    expect(stderr).toBe('');
    expect(status).toBe(2);
  });
});

describe('order of checks', () => {
  test('config, then workflow files, then the engine', async () => {
    using folder = emptyFolder();
    const dir = join(folder.dir, 'agents');
    expect((await mcpa(['init', dir, '--no-install'])).status).toBe(0);
    const unknown = await mcpa(['run', 'Nope', 'x', ...NOWHERE], { cwd: dir });
    expect(unknown.stderr).toMatch(/WORKFLOW_UNKNOWN.*\n.*DataProcessingWorkflow/);
    expect(unknown.status).toBe(2);
    const away = await mcpa(['run', 'DataProcessingWorkflow', 'x', ...NOWHERE], { cwd: dir });
    expect(away.stderr).toMatch(/^error ENGINE_UNREACHABLE: .*127\.0\.0\.1:1\nfix: .*mcpa dev/);
    expect(away.status).toBe(3);
    writeFileSync(join(dir, 'mcp_agent.config.yaml'), 'temporal:\n  hots: localhost\n');
    const config = await mcpa(['run', 'Nope', 'x', ...NOWHERE], { cwd: dir });
    expect(config.stderr).toMatch(/^error CONFIG_INVALID: .*:2:3.*temporal\.hots.*host/);
    expect(config.status).toBe(2);
  });

  test('--string keeps text that looks like JSON', async () => {
    const { stderr } = await mcpa(['run', 'W', '{"a"', '--string', ...NOWHERE]);
    expect(stderr).toMatch(/^error ENGINE_UNREACHABLE/);
  });
});

describe('init', () => {
  test('never overwrites without --force', async () => {
    using folder = emptyFolder();
    expect((await mcpa(['init', '.', '--no-install'], { cwd: folder.dir })).status).toBe(0);
    writeFileSync(join(folder.dir, 'README.md'), 'mine');
    const again = await mcpa(['init', '.', '--no-install'], { cwd: folder.dir });
    expect(again.stderr).toMatch(/^error PROJECT_EXISTS: /);
    expect(again.status).toBe(2);
    expect((await mcpa(['init', '.', '--no-install', '--force'], { cwd: folder.dir })).status).toBe(0);
  });

  test('--list names the templates', async () => {
    expect((await mcpa(['init', '--list'])).stdout).toMatch(/^basic +one agent/m);
  });
});
