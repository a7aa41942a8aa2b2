import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort, outerEnv, processesIn, start } from './processes.js';
import { type Command, type Finished, repository } from './project.js';

// What a user of the published package gets: the tarball, installed in an empty folder outside the repository.
const root = mkdtempSync(join(tmpdir(), 'mcpa-packed-'));
const outside = join(root, 'outside');
const project = join(outside, 'my-agents');
const env = outerEnv({ npm_config_prefer_offline: 'true', NO_COLOR: '1' });
const commands: Command[] = [];

function run(command: string, args: string[], cwd = project, extra: NodeJS.ProcessEnv = {}): Command {
  const started = start(command, args, cwd, { ...env, ...extra });
  commands.push(started);
  return started;
}

async function done(command: Command): Promise<Finished> {
  const finished = await command.done;
  expect(finished.status, `${finished.stdout}\n${finished.stderr}`).toBe(0);
  return finished;
}

beforeAll(async () => {
  mkdirSync(outside);
  // The suite's build is what is packed: a second compiler run would write under the other tests.
  await done(run('npm', ['pack', '--ignore-scripts', '--pack-destination', root], repository));
  const tarball = join(root, readdirSync(root).find((name) => name.endsWith('.tgz')) ?? 'none.tgz');
  await done(run('npm', ['install', tarball, '--prefer-offline', '--no-audit', '--no-fund'], outside));
  await done(run('npx', ['mcpa', 'init', 'my-agents'], outside));
});

afterAll(async () => {
  for (const { child } of commands)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

test('the scaffolded project depends on the tarball that mcpa came from, and has it installed', () => {
  const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  expect(dependencies.mcpa).toMatch(/^file:.*mcpa-.*\.tgz$/);
  expect(readdirSync(join(project, 'node_modules'))).toContain('mcpa');
});

test('the tarball has no sources, no tests, no compiler state', async () => {
  const packed = readdirSync(join(outside, 'node_modules/mcpa'), { recursive: true }) as string[];
  const own = packed.filter((file) => !file.startsWith('node_modules'));
  expect(own).toContain('templates/basic/_gitignore');
  expect(own).toContain('README.md');
  // The README's links lead there.
  expect(own).toContain('docs/errors.md');
  expect(own.filter((file) => /^(src|test|bench|scripts)\b|tsbuildinfo$/.test(file))).toEqual([]);
});

test('the schema that editors check the config with is where its first line says', () => {
  const [, path] = /\$schema=(\S+)/.exec(readFileSync(join(project, 'mcp_agent.config.yaml'), 'utf8')) ?? [];
  const schema = JSON.parse(readFileSync(join(project, path ?? 'no $schema'), 'utf8'));
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['execution_engine', 'mcp', 'scripted']),
  );
});

test('npx mcpa run --local: engine, worker, files, result', async () => {
  const port = await freePort();
  const address = { TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
  const { stdout } = await done(
    run(
      'npx',
      ['mcpa', 'run', 'DataProcessingWorkflow', 'sample data to process', '--local'],
      project,
      address,
    ),
  );
  expect(stdout.trim()).toBe('Done. I read notes.txt and wrote result.txt (both in data/).');
  expect(readFileSync(join(project, 'data/result.txt'), 'utf8')).toContain('sample data to process');
  await expect.poll(() => processesIn(project), { timeout: 15_000 }).toEqual([]);
});

test("the template's own test passes", async () => {
  await done(run('npm', ['test']));
  await expect.poll(() => processesIn(project), { timeout: 15_000 }).toEqual([]);
});

test('the project type-checks', async () => {
  await done(run('npx', ['tsc', '--noEmit']));
});

test('A3 by scripts: worker.mjs and execute.mjs', async () => {
  rmSync(join(project, 'data/result.txt'), { force: true });
  const extra = { TEMPORAL_ADDRESS: inject('engine').address, MCPA_TASK_QUEUE: `packed-${process.pid}` };
  const worker = run('node', ['worker.mjs'], project, extra);
  await worker.output(/Worker started/);
  const { stdout } = await done(run('node', ['execute.mjs'], project, extra));
  expect(stdout).toContain('Result: Done. I read notes.txt and wrote result.txt');
  expect(readFileSync(join(project, 'data/result.txt'), 'utf8')).toContain('sample data to process');
  expect((await worker.stop('SIGTERM')).status, worker.stderr).toBe(0);
});
