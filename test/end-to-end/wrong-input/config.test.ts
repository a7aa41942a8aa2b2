import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Project } from '../project.js';
import { refused, SilentServer } from './refused.js';

const CONFIG = 'mcp_agent.config.yaml';
const WORKFLOW = 'export async function Quick(): Promise<string> {\n  return "ok";\n}\n';

/** Whoever asks an engine asks this one: what is wrong with the config is said before that. */
let engine: SilentServer;
beforeAll(async () => {
  engine = await SilentServer.start();
});
afterAll(() => engine[Symbol.asyncDispose]());

function withConfig(yaml: string | undefined): Project {
  const project = new Project();
  project.env.TEMPORAL_ADDRESS = engine.address;
  project.write('workflows.ts', WORKFLOW);
  if (yaml !== undefined) project.write(CONFIG, yaml);
  return project;
}

describe('a config that cannot be used: status 2, nothing asked of an engine', () => {
  const rows: Array<[what: string, yaml: string, words: RegExp]> = [
    [
      'YAML that does not parse',
      'temporal:\n  host: "a\nlogger: x\n',
      /mcp_agent\.config\.yaml:4:1 not valid YAML.* — correct/,
    ],
    [
      'an unknown key',
      'temporal:\n  task_que: a\n',
      /yaml:2:3 temporal\.task_que: unknown key — did you mean temporal\.task_queue/,
    ],
    ['a wrong type', 'temporal:\n  port: many\n', /yaml:2:3 temporal\.port: is text — must be a number/],
    [
      'an unset variable in a section that is used',
      'model: anthropic\nanthropic:\n  api_key: ${MCPA_TEST_UNSET}\n',
      /yaml:3:3 anthropic\.api_key: \$\{MCPA_TEST_UNSET\} is not set — set MCPA_TEST_UNSET/,
    ],
  ];
  test.each(rows)('%s', async (_what, yaml, words) => {
    await using project = withConfig(yaml);
    delete project.env.ANTHROPIC_API_KEY;
    await refused(project.mcpa(['run', 'Quick']), 2, 'CONFIG_INVALID', words, /fix: .*mcpa config check/);
    await refused(project.mcpa(['config', 'check']), 2, 'CONFIG_INVALID', words);
    expect(engine.connections).toBe(0);
  });

  test('no config file, where one is needed', async () => {
    await using project = withConfig(undefined);
    for (const args of [['worker'], ['dev'], ['run', 'Quick', '--local'], ['config', 'check']]) {
      await refused(project.mcpa(args), 2, 'CONFIG_NOT_FOUND', /mcpa init/);
    }
    expect(engine.connections).toBe(0);
  });

  test('for asyncio: refused by what runs, a note of the check, bad for the doctor', async () => {
    await using project = withConfig('execution_engine: asyncio\nmodel: scripted\n');
    for (const args of [['run', 'Quick'], ['worker'], ['dev']]) {
      await refused(
        project.mcpa(args),
        2,
        'CONFIG_ENGINE',
        /set `execution_engine: temporal` in .*config\.yaml/,
      );
    }
    expect(engine.connections).toBe(0);
    const check = await project.mcpa(['config', 'check']).done;
    expect(check.stdout).toMatch(/execution_engine is asyncio: set it to temporal/);
    expect(check.status).toBe(0);
    project.env.TEMPORAL_ADDRESS = '127.0.0.1:1';
    expect((await project.mcpa(['doctor']).done).stdout).toMatch(/✗ config +execution_engine is asyncio/);
  });
});

describe('connection flags', () => {
  const rows: Array<[what: string, args: string[], words: RegExp]> = [
    [
      'a CA that is not there',
      ['--tls-ca-path', 'none.pem'],
      /temporal\.tls\.server_ca: can't read \S*none\.pem \(ENOENT\)/,
    ],
    [
      'a certificate without its key',
      ['--tls-cert-path', 'cert.pem'],
      /temporal\.tls\.client_cert \(flag\): is set without client_key — add .*--tls-key-path/,
    ],
    [
      'an address that is none',
      ['--address', 'a:b:c'],
      /temporal\.address \(flag\): .* is no address — write it as host:port/,
    ],
  ];
  test.each(rows)('%s', async (_what, flags, words) => {
    await using project = withConfig('model: scripted\nscripted: { script: script.yaml }\n');
    project.write('script.yaml', 'turns: [{ say: x }]\n');
    for (const args of [['run', 'Quick'], ['worker'], ['dev'], ['server', 'status']]) {
      await refused(project.mcpa([...args, ...flags]), 2, 'CONFIG_INVALID', words);
    }
    expect(engine.connections).toBe(0);
  });

  test('TLS to a server that speaks none', async () => {
    await using project = await Project.create();
    const run = ['run', 'DataProcessingWorkflow', 'x', '--tls'];
    await refused(project.mcpa(run), 3, 'ENGINE_UNREACHABLE', /over TLS at 127/, /fix: check temporal\.tls/);
    await refused(
      project.mcpa(['worker', '--api-key', 'x']),
      3,
      'ENGINE_UNREACHABLE',
      /over TLS/,
      /TEMPORAL_TLS=false/,
    );
  });
});

describe('config commands', () => {
  test('check names every problem of both files at once', async () => {
    await using project = withConfig('foo: 1\nlogger:\n  level: x\n');
    writeFileSync(join(project.dir, 'mcp_agent.secrets.yaml'), 'bar: 1\n');
    const { stderr } = await refused(project.mcpa(['config', 'check']), 2, 'CONFIG_INVALID');
    expect(stderr).toMatch(
      /config\.yaml:1:1 foo: .*config\.yaml:3:3 logger\.level: .*secrets\.yaml:1:1 bar: /s,
    );
  });

  test('check of a good one names its files', async () => {
    await using project = withConfig('{}\n');
    const { stdout, status } = await project.mcpa(['config', 'check', '--json']).done;
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      warnings: [],
      files: [expect.stringContaining(CONFIG)],
    });
    expect(status).toBe(0);
  });

  test('show names the origin of each value and masks secrets', async () => {
    await using project = withConfig('temporal:\n  namespace: mine\nopenai:\n  api_key: sk-planted-123456\n');
    const { stdout } = await project.mcpa(['config', 'show', '--task-queue', 'flagged']).done;
    expect(stdout).toMatch(/^temporal\.namespace +mine +mcp_agent\.config\.yaml:2$/m);
    expect(stdout).toMatch(/^temporal\.task_queue +flagged +flag$/m);
    expect(stdout).toMatch(/^temporal\.address +127\.\S+ +TEMPORAL_ADDRESS$/m);
    expect(stdout).toMatch(/^openai\.api_key +\*+ +mcp_agent\.config\.yaml:4$/m);
    expect(stdout).not.toContain('planted');
  });

  test('schema is a JSON Schema with every section', async () => {
    await using project = withConfig(undefined);
    const { stdout, status } = await project.mcpa(['config', 'schema'], '/').done;
    expect(Object.keys(JSON.parse(stdout).properties)).toEqual(
      expect.arrayContaining([
        'execution_engine',
        'temporal',
        'mcp',
        'anthropic',
        'openai',
        'agents',
        'logger',
      ]),
    );
    expect(status).toBe(0);
  });
});
