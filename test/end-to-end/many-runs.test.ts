import { expect, test } from 'vitest';
import { type App, connect, type RunHandle } from '../../src/client/index.js';
import { freePort } from './processes.js';
import type { Project } from './project.js';
import { slowProject } from './slow-project.js';

const ECHO = `
turns:
  - tools: [{ tool: echo, args: { text: "{{input}}" } }]
  - say: "{{result.0}}"
`;

const TWO_STEPS = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';

export async function TwoStepWorkflow(input: string): Promise<string> {
  await using agent = new Agent({ name: 'slow', instruction: 'Be quick.' });
  let going = false;
  setHandler(defineSignal('go'), () => {
    going = true;
  });
  const first = await agent.generateStr(input);
  await condition(() => going);
  return first + ', ' + (await agent.generateStr(input));
}
`;

const LIMITED = (key: string) => (text: string) => text.replace('temporal: {', `temporal: { ${key},`);

function configure(project: Project, change: (text: string) => string): void {
  project.write('mcp_agent.config.yaml', change(project.read('mcp_agent.config.yaml')));
}

function open(project: Project): Promise<App> {
  return connect({ cwd: project.dir, env: project.env });
}

/** Samples of one metric of the SDK's, for as long as `work` takes. */
async function sampled<T>(port: number, metric: string, work: () => Promise<T>) {
  const values: number[] = [];
  let over = false;
  const sampling = (async () => {
    while (!over) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      for (const [, value] of text.matchAll(new RegExp(`^${metric}\\{.*\\} (\\S+)$`, 'gm')))
        values.push(Number(value));
    }
  })();
  const result = await work().finally(() => {
    over = true;
  });
  await sampling;
  return { result, values };
}

test('A1: max_concurrent_workflows: 5 keeps at most 5 runs cached while 50 are open and go on', async () => {
  await using project = await slowProject('turns: [{ say: one }, { say: two }]');
  configure(project, LIMITED('max_concurrent_workflows: 5'));
  project.write('workflows/steps.ts', TWO_STEPS);
  const port = await freePort();
  await project.worker(['--metrics-port', String(port)]);
  await using app = await open(project);
  const { result, values } = await sampled(port, 'temporal_sticky_cache_size', async () => {
    const handles = await Promise.all(
      Array.from({ length: 50 }, (_, n) => app.start('TwoStepWorkflow', { args: [`run ${n}`] })),
    );
    // All 50 are open behind their first step before any may go on.
    await Promise.all(handles.map((handle) => reached(handle, 'model_call_completed')));
    await Promise.all(handles.map((handle) => handle.signal('go')));
    return Promise.all(handles.map((handle) => handle.result()));
  });
  expect(result).toEqual(Array.from({ length: 50 }, () => 'one, two'));
  expect(values.length).toBeGreaterThan(20);
  expect(Math.max(...values)).toBe(5);
});

async function reached(handle: RunHandle, type: string): Promise<void> {
  for await (const event of handle.events({ live: false })) if (event.type === type) return;
  throw new Error(`${handle.workflowId} ended without ${type}`);
}

test('C2: two workers share 40 runs with tools: all complete, on both', async () => {
  await using project = await slowProject(ECHO);
  const workers = await Promise.all([project.worker(), project.worker()]);
  await using app = await open(project);
  const handles = await Promise.all(
    Array.from({ length: 40 }, (_, n) => app.start('SlowWorkflow', { args: [`item ${n}`] })),
  );
  const results = await Promise.all(handles.map((handle) => handle.result()));
  expect(results).toEqual(Array.from({ length: 40 }, (_, n) => `item ${n}`));

  const ran = new Map<string, number>();
  for (const handle of handles) {
    for await (const event of handle.events({ live: false })) {
      if (event.type === 'task_started') ran.set(event.worker, (ran.get(event.worker) ?? 0) + 1);
    }
  }
  console.log(`workflow tasks by worker: ${JSON.stringify([...ran])}`);
  const pids = workers.map(({ child }) => child.pid);
  expect([...ran.keys()].map((identity) => Number.parseInt(identity, 10)).sort()).toEqual(pids.sort());
});
