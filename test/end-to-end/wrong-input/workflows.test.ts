import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Project } from '../project.js';
import { refused, SilentServer } from './refused.js';

/** Whoever asks an engine asks this one: what is wrong with the files is said before that. */
let engine: SilentServer;
let project: Project;
beforeAll(async () => {
  engine = await SilentServer.start();
  project = await Project.create();
  project.env.TEMPORAL_ADDRESS = engine.address;
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
});

test('an unknown workflow: the message lists those that exist', async () => {
  const run = ['run', 'Nope', 'x'];
  await refused(
    project.mcpa(run),
    2,
    'WORKFLOW_UNKNOWN',
    /"Nope"/,
    /fix: this project has: DataProcessingWorkflow$/m,
  );
  await refused(project.mcpa([...run, '--local']), 2, 'WORKFLOW_UNKNOWN', /DataProcessingWorkflow/);
  expect(engine.connections).toBe(0);
});

describe('input', () => {
  const run = (...input: string[]) => project.mcpa(['run', 'DataProcessingWorkflow', ...input]);

  test('that starts like JSON and is not', async () => {
    await refused(run('{"a": }'), 2, 'INPUT_NOT_JSON', /line 1, column \d/, /fix: .*--string/);
    await refused(run('--args', 'x'), 2, 'INPUT_NOT_JSON', /fix: .*array/);
    expect(engine.connections).toBe(0);
  });

  test('over the payload limit', async () => {
    project.write('large.txt', 'x'.repeat(2_200_000));
    await refused(run('--input-file', 'large.txt'), 2, 'INPUT_TOO_LARGE', /2200000 bytes/, /fix: .*file/);
    expect(engine.connections).toBe(0);
  });
});

describe('a workflow file that cannot be used: status 2, no engine and no worker started', () => {
  const bad = 'workflows/bad.ts';
  const commands: Array<[string, string[]]> = [
    ['worker', ['worker']],
    ['run', ['run', 'Bad']],
    ['dev', ['dev']],
  ];
  test.each(commands)('a syntax error, by %s', async (_name, args) => {
    project.write(bad, 'export async function Bad() {\n  return 1 +;\n}\n');
    await refused(
      project.mcpa(args),
      2,
      'WORKFLOW_SYNTAX',
      /workflows\/bad\.ts:2:13: /,
      /fix: correct the file/,
    );
    expect(engine.connections).toBe(0);
  });

  test('two workflows of one name', async () => {
    project.write(bad, 'export async function DataProcessingWorkflow() {}\n');
    const words = [/bad\.ts:1 and \S*data-processing\.ts:\d/, /fix: .*rename/];
    for (const args of [['worker'], ['dev'], ['run', 'DataProcessingWorkflow', 'x']]) {
      await refused(project.mcpa(args), 2, 'WORKFLOW_DUPLICATE', ...words);
    }
    expect(engine.connections).toBe(0);
  });

  const imports: Array<[request: string, source: string, line: number, fix: RegExp]> = [
    [
      'fs',
      "import { readFileSync } from 'fs';\nexport const Bad = async () => readFileSync('x', 'utf8');\n",
      1,
      /in an activity/,
    ],
    [
      'node:fs',
      "\nimport * as fs from 'node:fs';\nexport const Bad = async () => fs.readFileSync('x', 'utf8');\n",
      2,
      /in an activity/,
    ],
    [
      '@anthropic-ai/sdk',
      "import Anthropic from '@anthropic-ai/sdk';\nexport const Bad = async () => new Anthropic().baseURL;\n",
      1,
      /`Agent` of 'mcpa\/workflow'/,
    ],
  ];
  test.each(imports)('an import of %s', async (request, source, line, fix) => {
    project.write(bad, source);
    const says = [`workflows/bad.ts:${line}: '${request}' can't be imported`, fix];
    await refused(project.mcpa(['worker']), 2, 'WORKFLOW_IMPORT', ...says);
    expect(engine.connections).toBe(0);
  });

  test('an import by way of another file names the way', async () => {
    project.write(
      'lib/disk.ts',
      "import { readFileSync } from 'node:fs';\nexport const load = () => readFileSync('x', 'utf8');\n",
    );
    project.write(bad, "import { load } from '../lib/disk';\nexport const Bad = async () => load();\n");
    const way = 'imported by way of workflows/bad.ts → lib/disk.ts';
    for (const args of [['worker'], ['run', 'Bad', '--local']]) {
      await refused(project.mcpa(args), 2, 'WORKFLOW_IMPORT', 'lib/disk.ts:1', way);
    }
  });
});
