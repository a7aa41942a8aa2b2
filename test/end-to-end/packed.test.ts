import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePort, outerEnv, processesIn, start } from './processes.js';
import { type Command, type Finished, repository } from './project.js';
import { type Expected, PATTERNS, PROJECTS } from './templates/expected.js';
import { firstRun, TEMPLATES } from './templates/lives.js';

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
  // Beside mcpa what the other templates depend on: they have one node_modules for all of them, in the folder above.
  await done(run('npm', ['install', tarball, ...dependencies(), '--no-audit', '--no-fund'], outside));
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

const { basic: _, ...others } = { ...PROJECTS, ...PATTERNS };

/** Those that bring code besides workflows, a server or activities, and one that asks a person. */
const RUN_HERE = ['interactive', 'mcp-server-tools', 'swarm'];

// The engine of the suite: the one that --local brings is tested above.
const installed = () => ({ TEMPORAL_ADDRESS: inject('engine').address, PATH: binaries() });

test.each(Object.keys(others))(
  'template %s: init gives the files of the checkout, and its own tests pass',
  { timeout: 300_000 },
  async (name) => {
    const dir = join(outside, name);
    // A second try begins anew.
    rmSync(dir, { recursive: true, force: true });
    await done(run('mcpa', ['init', name, '--template', name, '--no-install'], outside, installed()));
    // With them every template comes to its result in templates/lives.ts.
    const { dependencies } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    const filled = (text: string) =>
      text.replaceAll('{{name}}', name).replaceAll('{{mcpa}}', dependencies.mcpa);
    expect(filesOf(dir)).toEqual(filesOf(join(TEMPLATES, name), filled));
    await done(run('npm', ['test'], dir, installed()));
    await expect.poll(() => processesIn(dir)).toEqual([]);
  },
);

test.each(RUN_HERE)('template %s: run --local to its result', { timeout: 300_000 }, async (name) => {
  const { result, meanwhile, after } = others[name] as Expected;
  const dir = join(outside, name);
  const first = run('sh', ['-c', `${firstRun(name).replace('npx ', '')} --local`], dir, installed());
  const scaffolded = {
    mcpa: (args: string[]) => run('mcpa', args, dir, installed()),
    read: (path: string) => readFileSync(join(dir, path), 'utf8'),
  };
  await meanwhile?.(scaffolded, first);
  expect((await done(first)).stdout).toMatch(result);
  after?.(scaffolded);
  await expect.poll(() => processesIn(dir)).toEqual([]);
});

test('the templates type-check against the packed declarations', async () => {
  const names = Object.keys(others);
  const { compilerOptions } = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8'));
  const include = names.map((name) => `${name}/workflows`);
  writeFileSync(join(outside, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
  await done(run('npx', ['tsc', '--noEmit'], outside));
});

/** What the templates' package.json files name, but mcpa: `name@range`. */
function dependencies(): string[] {
  const all = readdirSync(TEMPLATES).map((name) => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(TEMPLATES, name, 'package.json'), 'utf8'),
    );
    return { ...dependencies, ...devDependencies } as Record<string, string>;
  });
  const { mcpa: _, ...rest } = Object.assign({}, ...all) as Record<string, string>;
  return Object.entries(rest).map(([name, range]) => `${name}@${range}`);
}

/** Text by path of the files that a template gives a project. */
function filesOf(dir: string, filled = (text: string) => text): Record<string, string> {
  const all = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = all.map(({ parentPath, name }) => relative(dir, join(parentPath, name)));
  return Object.fromEntries(
    paths
      .filter((path) => path !== '_template.json' && !path.startsWith('.mcpa'))
      .map((path) => [
        path.replace(/^_gitignore$/, '.gitignore'),
        filled(readFileSync(join(dir, path), 'utf8')),
      ]),
  );
}

/** A PATH as npx and npm make it. */
function binaries(): string {
  return [join(outside, 'node_modules/.bin'), process.env.PATH].join(delimiter);
}
