// Records histories of today's mcpa into test/histories/<version>: of each template's first run, and of the project
// test/histories/project, whose workflows have one feature each. Before a release: `node scripts/record-histories.mjs`.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import protoUtils from '@temporalio/common/lib/proto-utils.js';
import { connect } from '../dist/client/index.js';
import { packageVersion } from '../dist/config/index.js';
import { findEngine, startEngine } from '../dist/engine/index.js';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'test/histories', packageVersion());
const work = mkdtempSync(join(tmpdir(), 'mcpa-record-'));
const bin = join(root, 'bin/mcpa.js');
const programs = join(work, 'bin');

/** What people do while a run of a template goes on. */
const MEANWHILE = {
  InteractiveReviewWorkflow: (app, id) => answer(app, id, { text: 'shorter, please' }),
  ControllableWorkflow: (app, id) => pauseAndResume(app, id),
};

/** Runs of the project, and what people do meanwhile. */
const FEATURES = {
  ReadingWorkflow: [],
  AskingToolWorkflow: [
    (app, id) => answer(app, id, { question: 'q1', action: 'accept', content: { name: 'Ann' } }),
  ],
  TaskWorkflow: [
    (app, id) => answer(app, id, { question: 'q1', action: 'accept', content: { colour: 'red' } }),
  ],
  QuestionWorkflow: [(app, id) => answer(app, id, { question: 'q1', text: 'that' })],
  ApprovalWorkflow: [
    (app, id) => answer(app, id, { question: 'q1', decision: 'approve' }),
    (app, id) => answer(app, id, { question: 'q2', decision: 'refuse', text: 'not this one' }),
  ],
  PausedWorkflow: [pauseAndResume],
  ChainWorkflow: [
    (app, id) => app.getHandle(id).answer({ text: 'early' }),
    (app, id) => app.getHandle(id).signal('go'),
  ],
  StructuredWorkflow: [],
  OwnToolWorkflow: [(app, id) => answer(app, id, { text: 'it will do' })],
  FailingWorkflow: [],
  ParentWorkflow: [],
};
const INPUT = { ChainWorkflow: [0] };

async function answer(app, id, given) {
  const handle = app.getHandle(id);
  for (;;) {
    const open = await handle.questions();
    if (open.some((each) => given.question === undefined || each.id === given.question)) break;
    await new Promise((again) => setTimeout(again, 100));
  }
  await handle.answer(given);
}

async function pauseAndResume(app, id) {
  const handle = app.getHandle(id);
  while ((await handle.details()).totals.turns + (await handle.details()).totals.toolCalls === 0)
    await new Promise((again) => setTimeout(again, 50));
  await handle.pause({ reason: 'to record it' });
  await handle.resume();
}

async function main() {
  const { path: binary } = await findEngine();
  const engine = await startEngine({ binary, port: 0, dbFile: join(work, 'temporal.db'), headless: true });
  rmSync(target, { recursive: true, force: true });
  mkdirSync(programs);
  symlinkSync(join(root, 'bin/mcpa-fetch.js'), join(programs, 'mcpa-fetch'));
  try {
    for (const template of readdirSync(join(root, 'templates'))) {
      const dir = join(work, template);
      await mcpa(work, {}, ['init', dir, '--template', template, '--no-install']);
      const { run } = JSON.parse(readFileSync(join(root, 'templates', template, '_template.json'), 'utf8'));
      await record(engine.address, template, dir, async (app, env, id) => {
        const ended = shell(dir, env, `${run.replace('npx mcpa', `${process.execPath} ${bin}`)} --id ${id}`);
        const workflow = /run (\w+)/.exec(run)?.[1] ?? '';
        await Promise.all([ended, meanwhile(app, id, MEANWHILE[workflow])]);
      });
    }
    const dir = join(work, 'features');
    cpSync(join(root, 'test/histories/project'), dir, { recursive: true });
    await record(engine.address, 'features', dir, async (app, _env, id) => {
      for (const [workflow, acts] of Object.entries(FEATURES)) {
        const workflowId = `${id}-${workflow}`;
        await app.start(workflow, { workflowId, args: INPUT[workflow] ?? [] });
        for (const act of acts) await act(app, workflowId);
        await app
          .getHandle(workflowId)
          .result()
          .catch(() => undefined);
      }
    });
  } finally {
    await engine.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

/** The run is there a moment after its command was started. */
async function meanwhile(app, id, act) {
  if (act === undefined) return;
  for (;;) {
    const found = await app
      .getHandle(id)
      .describe()
      .catch(() => undefined);
    if (found !== undefined) return act(app, id);
    await new Promise((again) => setTimeout(again, 100));
  }
}

/** A worker of the project while `drive` runs; then every run of its queue, and the sources that made them. */
async function record(address, name, dir, drive) {
  rmSync(join(dir, 'node_modules'), { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  const path = `${programs}:${process.env.PATH}`;
  const env = { PATH: path, TEMPORAL_ADDRESS: address, MCPA_TASK_QUEUE: name, NO_COLOR: '1' };
  const worker = spawn(process.execPath, [bin, 'worker'], { cwd: dir, env: { ...process.env, ...env } });
  const ended = new Promise((done) => worker.once('exit', done));
  await new Promise((ready, failed) => {
    let said = '';
    worker.stderr.on('data', (chunk) => {
      said += chunk;
      if (said.includes('ready')) ready();
    });
    ended.then(() => failed(new Error(said)));
  });
  try {
    const app = await connect({ cwd: dir, env: { ...process.env, ...env } });
    await drive(app, env, name);
    await keep(app, name);
    await app.close();
  } finally {
    worker.kill('SIGTERM');
    await ended;
  }
  cpSync(join(dir, 'workflows'), join(target, 'workflows', name), { recursive: true });
}

async function keep(app, name) {
  mkdirSync(target, { recursive: true });
  const { workflow } = app.open.client;
  const counts = {};
  // Lists lag behind.
  await new Promise((seen) => setTimeout(seen, 2_000));
  for await (const run of workflow.list({ query: `TaskQueue = "${name}"` })) {
    const history = await workflow.getHandle(run.workflowId, run.runId).fetchHistory();
    const text = JSON.stringify(JSON.parse(protoUtils.historyToJSON(history)));
    counts[run.type] = (counts[run.type] ?? 0) + 1;
    const file = `${name}-${run.type}-${counts[run.type]}.json.gz`;
    writeFileSync(join(target, file), gzipSync(text.replaceAll(work, '/work'), { level: 9 }));
    console.log(`${file}: ${history.events.length} events, ${run.status.name}`);
  }
}

function mcpa(cwd, env, args) {
  return finished(
    spawn(process.execPath, [bin, ...args], { cwd, env: { ...process.env, ...env } }),
    args.join(' '),
  );
}

function shell(cwd, env, line) {
  return finished(spawn('sh', ['-c', line], { cwd, env: { ...process.env, ...env } }), line);
}

async function finished(child, what) {
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const status = await new Promise((done) => child.once('close', done));
  if (status !== 0) throw new Error(`${what}: ${said}`);
}

await main();
process.exit(0);
