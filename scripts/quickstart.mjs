// The README's first command: build, engine, template, worker, one run; leaves nothing running unless --keep.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
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

step('Building mcpa');
must('npm', ['run', '--silent', 'build'], { cwd: repository });

const project = join(mkdtempSync(join(tmpdir(), 'mcpa-quickstart-')), 'my-agents');
step(`Scaffolding the template "basic" into ${project}`);
must(process.execPath, [bin, 'init', project, '--no-install', '--quiet'], { cwd: tmpdir() });
// The checkout has the template's MCP server already: no second install.
if (!existsSync(join(project, 'node_modules')))
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));

const run = ['run', 'DataProcessingWorkflow', 'sample data to process'];
step(`mcpa ${run[0]} ${run[1]} "${run[2]}"`);
const child = spawn(process.execPath, [bin, ...run, '--local'], { cwd: project, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
const status = await new Promise((done) => child.on('exit', (code) => done(code ?? 130)));
if (status === 0) {
  step(`Files in ${join(project, 'data')}`);
  for (const file of readdirSync(join(project, 'data'))) console.error(`  ${file}`);
  step(`Next: cd ${project} and edit workflows/data-processing.ts, then run it again with --local`);
}
if (keep && status === 0) {
  step('Engine, worker and reload: mcpa dev (Ctrl-C ends it)');
  must(process.execPath, [bin, 'dev'], { cwd: project });
}
process.exit(status);
