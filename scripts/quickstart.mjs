// The README's first command: build, engine, template, worker, one run; leaves nothing running unless --keep.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const bin = join(repository, 'bin/mcpa.js');
const keep = process.argv.includes('--keep');
const step = (text) => console.error(`\n› ${text}`);

function must(command, args, options = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (status !== 0) process.exit(status ?? 1);
}

/** The checkout has all that the template needs, mcpa included: no second install, and `npx mcpa` works there. */
function linkDependencies(project) {
  const from = join(repository, 'node_modules');
  const to = join(project, 'node_modules');
  mkdirSync(join(to, '.bin'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (!name.startsWith('.') && name !== 'mcpa') symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, '.bin'))) {
    if (name !== 'mcpa') symlinkSync(join(from, '.bin', name), join(to, '.bin', name));
  }
  symlinkSync(repository, join(to, 'mcpa'));
  symlinkSync(bin, join(to, '.bin', 'mcpa'));
}

step('Building mcpa');
must('npm', ['run', '--silent', 'build'], { cwd: repository });

const project = join(mkdtempSync(join(tmpdir(), 'mcpa-quickstart-')), 'my-agents');
step(`Scaffolding the template "basic" into\n  ${project}`);
const init = [bin, 'init', project, '--no-install', '--quiet'];
must(process.execPath, init, { cwd: tmpdir(), stdio: ['ignore', 'ignore', 'inherit'] });
linkDependencies(project);

const run = ['run', 'DataProcessingWorkflow', 'sample data to process'];
step(`mcpa ${run[0]} ${run[1]} "${run[2]}"`);
const child = spawn(process.execPath, [bin, ...run, '--local'], { cwd: project, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
const status = await new Promise((done) => child.on('exit', (code) => done(code ?? 130)));
if (status === 0) {
  step(`Files in ${join(project, 'data')}`);
  for (const file of readdirSync(join(project, 'data'))) console.error(`  ${file}`);
  step('Next: edit workflows/data-processing.ts and run it again');
  console.error(`  cd ${project}`);
  console.error(`  npx mcpa ${run[0]} ${run[1]} "${run[2]}" --local`);
}
if (keep && status === 0) {
  step('Engine, worker and reload: mcpa dev (Ctrl-C ends it)');
  must(process.execPath, [bin, 'dev'], { cwd: project });
}
process.exit(status);
