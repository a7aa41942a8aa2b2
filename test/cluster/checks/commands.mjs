// Every client command against the cluster, from an empty folder, in a namespace with mcpa's search attribute and in one without.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { BIN } from '../machines.mjs';
import { finish, until } from '../processes.mjs';
import { blocked } from './blocked.mjs';
import { Effects } from './travels.mjs';

export async function commands({ session, note }) {
  const done = {};
  for (const namespace of ['agents', 'plain']) {
    const queue = `desk-${namespace}`;
    const effects = new Effects(session.file(`${queue}.tsv`));
    const machine = await session.machine('a');
    const worker = await machine.worker({ namespace, queue, env: { EFFECTS: effects.file } });
    const desk = new Desk(session, namespace, queue);
    await operate(desk, note);
    await lists(desk, note);
    assert.equal(await worker.end(), 0);
    if (namespace === 'agents') await blocked({ desk, machine, queue, effects, note });
    await desk
      .ok('cancel', '--query', `TaskQueue = '${queue}'`, '--yes', '--timeout', '1s')
      .catch(() => undefined);
    done[namespace] = desk.count;
  }
  return done;
}

/** `mcpa` as somebody calls it who has an address and no project. */
class Desk {
  count = 0;

  constructor(session, namespace, queue) {
    Object.assign(this, { session, namespace, queue });
    this.dir = session.file(`desk-${namespace}`);
    mkdirSync(this.dir, { recursive: true });
    this.env = {
      PATH: process.env.PATH,
      HOME: this.dir,
      NO_COLOR: '1',
      TEMPORAL_ADDRESS: session.temporal.address,
      TEMPORAL_NAMESPACE: namespace,
      MCPA_TASK_QUEUE: queue,
    };
  }

  id(name) {
    return `${this.namespace}-${name}`;
  }

  async mcpa(...args) {
    this.count += 1;
    return finish(process.execPath, [BIN, ...args], { cwd: this.dir, env: this.env, anyStatus: true });
  }

  /** Its output, when it ended with this status. */
  async status(wanted, ...args) {
    const { status, stdout, stderr } = await this.mcpa(...args);
    assert.equal(status, wanted, `mcpa ${args.join(' ')}\n${stdout}${stderr}`);
    return stdout;
  }

  ok(...args) {
    return this.status(0, ...args);
  }

  async lines(...args) {
    const stdout = await this.ok(...args, '--json');
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

async function operate(desk, note) {
  const id = (name) => desk.id(name);
  const trip = id('done');
  const result = await desk.ok('run', 'TravelWorkflow', trip, '--id', trip);
  assert.equal(result.trim(), `free ${trip} | booked ${trip} out | free ${trip} back | booked ${trip} back`);
  await desk.status(1, 'run', 'BrokenWorkflow', '--id', id('failed'));
  await desk.status(1, 'result', id('failed'));
  for (const [name, workflow, ...input] of [
    ['running', 'WanderWorkflow', '100000'],
    ['paused', 'WanderWorkflow', '100000'],
    ['cancelled', 'WanderWorkflow', '100000'],
    ['terminated', 'WanderWorkflow', '100000'],
    ['human', 'AskWorkflow'],
    ['answered', 'AskWorkflow'],
    ['auth', 'TravelWorkflow', 'please refuse'],
  ])
    await desk.ok('run', workflow, ...input, '--id', id(name), '--detach');
  assert.match(await desk.ok('pause', id('paused'), '--reason', 'a look'), /paused/);
  await desk.ok('cancel', id('cancelled'));
  await desk.ok('terminate', id('terminated'));
  await desk.status(4, 'wait', id('cancelled'));

  const inbox = () => desk.lines('inbox').then((shown) => JSON.stringify(shown));
  await until('both questions and the refusal are in the inbox', async () => {
    const text = await inbox();
    return ['human', 'answered', 'auth'].every((name) => text.includes(id(name)));
  });
  await desk.ok('answer', id('answered'), '--choice', 'aisle');
  assert.equal((await desk.ok('wait', id('answered'))).trim(), 'you said aisle');
  await until('an answered question leaves the inbox', async () => !(await inbox()).includes(id('answered')));

  const [described] = await desk.lines('describe', trip);
  note(`describe ${trip}: ${JSON.stringify(described).slice(0, 160)}…`);
  assert.match(JSON.stringify(described), /"turns":5/);
  assert.match(await desk.ok('describe', id('failed')), /travel\.ts:\d+:\d+: broken on purpose/);
  const events = await desk.lines('tail', trip, '--no-follow');
  assert.ok(events.length >= 10, `tail: ${events.length} events`);
  const middle = events[Math.floor(events.length / 2)].cursor ?? events.find((event) => event.cursor).cursor;
  const rest = await desk.lines('tail', trip, '--no-follow', '--from', middle);
  assert.ok(rest.length > 0 && rest.length < events.length, 'tail --from goes on');
  assert.match(await desk.ok('messages', trip), /booked/);

  await desk.ok('pause', id('running'));
  await desk.ok('resume', id('running'));
  await desk.ok('signal', 'pause', id('running'));
  await desk.ok('signal', 'resume', id('running'));
  assert.match(await desk.ok('query', '__stack_trace', id('running')), /travel\.ts/);
  const { stdout: doctor } = await desk.mcpa('doctor');
  assert.match(doctor, /✓ engine/);
  assert.match(doctor, /✓ worker/);
  note(`mcpa doctor:\n${doctor}`);
}

/** The engine's list is late by a moment, so each answer is awaited. */
async function lists(desk, note) {
  const app = await desk.session.app(desk.namespace, desk.queue);
  await app.start('WanderWorkflow', {
    args: [100_000],
    workflowId: desk.id('timed_out'),
    executionTimeoutMs: 1000,
  });
  await app.close();
  const open = ['running', 'paused', 'human', 'auth'];
  const closed = ['done', 'answered', 'failed', 'cancelled', 'terminated', 'timed_out'];
  const wanted = {
    running: ['running'],
    paused: ['paused'],
    human: ['human'],
    auth: ['auth'],
    'human,paused': ['human', 'paused'],
    'auth,failed': ['auth', 'failed'],
    completed: ['done', 'answered'],
    failed: ['failed'],
    cancelled: ['cancelled'],
    terminated: ['terminated'],
    timed_out: ['timed_out'],
    continued: [],
    blocked: [],
    open,
    closed,
  };
  const same = (what, names, ...flags) =>
    until(
      what,
      async () => {
        const found = (await desk.lines('list', ...flags)).map((run) => run.workflowId).filter(Boolean);
        assert.deepEqual(found.sort(), names.map((name) => desk.id(name)).sort(), what);
      },
      30,
    );
  for (const [status, names] of Object.entries(wanted))
    await same(`list --status ${status}`, names, '--status', status);
  await same('list', [...open, ...closed]);
  await same('list --workflow', ['human', 'answered'], '--workflow', 'AskWorkflow');
  await same('list of a queue', [], '--task-queue', 'nobody');
  await same('list --since', [...open, ...closed], '--since', '1h');
  await same('list --query', ['done'], '--query', `WorkflowId STARTS_WITH '${desk.id('do')}'`);
  await same(
    'list --query and --status',
    ['failed'],
    '--status',
    'closed',
    '--query',
    "ExecutionStatus = 'Failed'",
  );
  await same("list with a ' in it", [], '--workflow', "It's");
  await same('list --sort', [...open, ...closed], '--sort', 'turns');
  assert.equal((await desk.lines('list', '--limit', '3')).filter((run) => run.workflowId).length, 3);
  const wrong = await desk.mcpa('list', '--query', 'NoSuchThing = 1');
  assert.equal(wrong.status, 2, wrong.stderr);
  const byState = await desk.mcpa('list', '--query', "McpaState = 'paused'", '--json');
  assert.equal(byState.status, desk.namespace === 'agents' ? 0 : 2, byState.stderr);
  note(
    `${Object.keys(wanted).length + 8} lists in ${desk.namespace}; McpaState by --query there: status ${byState.status}`,
  );
}
