import { expect, test } from 'vitest';
import { type App, connect } from '../../src/client/index.js';
import { fixtureConfig, fixtureProject } from './fixture-project.js';
import { processesIn } from './processes.js';
import type { Command, Project } from './project.js';
import { count } from './slow-project.js';

const RUNS = 20;
const ROLLS = 2;

/** Rounds of two model calls and three tool calls, until the signal `enough`. */
const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { defineSignal, setHandler } from '@temporalio/workflow';

export async function RollingWorkflow(name: string): Promise<string[]> {
  await using agent = new Agent({ name: 'roller', instruction: 'Go on.', serverNames: ['fixture'] });
  let enough = false;
  setHandler(defineSignal('enough'), () => {
    enough = true;
  });
  const said: string[] = [];
  while (!enough) said.push(await agent.generateStr(\`round \${name}.\${said.length}\`));
  return said;
}
`;

/** \`note\` and \`slow\` may not be repeated, \`echo\` may. */
const SCRIPT = `
turns:
  - when: { tool: note, contains: "noted" }
    delayMs: 700
    say: "{{last}}"
  - when: { matches: "^round " }
    delayMs: 700
    tools:
      - { tool: slow, args: { ms: 700 } }
      - { tool: echo, args: { text: "{{last}}" } }
      - { tool: note, args: { text: "{{last}}" } }
`;

interface Calls {
  made: number;
  /** Attempts beyond the first. */
  again: number;
  /** Who made them. */
  workers: Set<string>;
}

/** What history says of a run's model calls. */
async function modelCalls(app: App, workflowId: string): Promise<Calls> {
  const { events } = await app.open.client.workflow.getHandle(workflowId).fetchHistory();
  const models = new Set<string>();
  const calls: Calls = { made: 0, again: 0, workers: new Set() };
  for (const event of events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name === 'mcpa.generate') models.add(String(event.eventId));
    const started = event.activityTaskStartedEventAttributes;
    if (!started || !models.has(String(started.scheduledEventId))) continue;
    calls.made += 1;
    calls.again += (started.attempt ?? 1) - 1;
    calls.workers.add(started.identity ?? '');
  }
  return calls;
}

/** Every run is a round further than it was when this was asked. */
async function everyRunGoesOn(project: Project): Promise<void> {
  const names = Array.from({ length: RUNS }, (_, n) => `run${n}`);
  const rounds = (name: string) =>
    project
      .read('effects.log')
      .split('\n')
      .filter((line) => line.startsWith(`round ${name}.`)).length;
  const before = names.map(rounds);
  await expect
    .poll(() => names.every((name, n) => rounds(name) > (before[n] ?? 0)), { timeout: 60_000 })
    .toBe(true);
}

test(`rolling restart under load: ${RUNS} runs, each of two workers replaced ${ROLLS} times; nothing is lost, nothing done twice`, async () => {
  await using project = await fixtureProject(fixtureConfig(), WORKFLOWS, SCRIPT);
  await using app = await connect({ cwd: project.dir, env: project.env });
  const workers: Command[] = await Promise.all([project.worker(), project.worker()]);
  const handles = await Promise.all(
    Array.from({ length: RUNS }, (_, n) => app.startWorkflow('RollingWorkflow', `run${n}`)),
  );
  await everyRunGoesOn(project);
  for (let roll = 0; roll < ROLLS; roll++) {
    for (const [index, worker] of workers.entries()) {
      const { status, stderr } = await worker.stop('SIGTERM');
      expect(status, stderr).toBe(0);
      workers[index] = await project.worker();
    }
  }
  await everyRunGoesOn(project);
  await Promise.all(handles.map((handle) => handle.signal('enough')));
  const results = (await Promise.all(handles.map((handle) => handle.result()))) as string[][];
  for (const worker of workers) expect((await worker.stop('SIGTERM')).status).toBe(0);
  expect(processesIn(project.dir)).toEqual([]);

  const effects = project.read('effects.log');
  const rounds = results.reduce((sum, said) => sum + said.length, 0);
  results.forEach((said, run) => {
    said.forEach((text, round) => {
      expect(text).toBe(`noted round run${run}.${round}`);
      expect(count(effects, `round run${run}.${round}`)).toBe(1);
    });
  });
  expect(count(effects, 'slow started')).toBe(rounds);
  expect(count(effects, 'slow cancelled')).toBe(0);

  const calls = await Promise.all(handles.map(({ workflowId }) => modelCalls(app, workflowId)));
  const sum = (of: (one: Calls) => number) => calls.reduce((all, one) => all + of(one), 0);
  const made = sum((one) => one.made);
  console.log(
    `${rounds} rounds, ${made} model calls, ${sum((one) => one.again)} made again, ${made - 2 * rounds} resent`,
  );
  // Calls are shorter than a worker's grace time: none has to be made again.
  expect(sum((one) => one.again)).toBe(0);
  for (const one of calls) expect(one.workers.size).toBeGreaterThan(1);
});
