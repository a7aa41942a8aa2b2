import { expect, test } from 'vitest';
import { example } from './page/project.js';
import { slowProject } from './slow-project.js';

test('A1: max_concurrent_activities bounds the tools that run at once', async () => {
  await using project = await slowProject(`
turns:
  - tools: [${Array.from({ length: 6 }, () => '{ tool: slow, args: { ms: 300 } }').join(', ')}]
  - say: done
`);
  project.write(
    'mcp_agent.config.yaml',
    project
      .read('mcp_agent.config.yaml')
      .replace('heartbeat_seconds: 1', 'heartbeat_seconds: 1, max_concurrent_activities: 2'),
  );
  await project.worker();
  const run = await project.mcpa(['run', 'SlowWorkflow', 'go', '--id', `limits-${project.queue}`]).done;
  expect(run.status, run.stderr).toBe(0);
  const { Connection, Client } = await import('@temporalio/client');
  const connection = await Connection.connect({ address: project.env.TEMPORAL_ADDRESS as string });
  const { events } = await new Client({ connection }).workflow
    .getHandle(`limits-${project.queue}`)
    .fetchHistory();
  await connection.close();
  // Started events carry the true start time even where they are written with the completion.
  const started = new Map<string, number>();
  const spans: Array<[number, number]> = [];
  for (const event of events ?? []) {
    const at = Number(event.eventTime?.seconds) * 1_000 + Number(event.eventTime?.nanos) / 1e6;
    if (event.activityTaskStartedEventAttributes) started.set(String(event.eventId), at);
    const done = event.activityTaskCompletedEventAttributes;
    if (done) spans.push([started.get(String(done.startedEventId)) ?? 0, at]);
  }
  for (const [from] of spans) {
    expect(spans.filter(([start, end]) => start <= from && from < end).length).toBeLessThanOrEqual(2);
  }
});

test('A6: 50 items, fan-out and fan-in, results in order', async () => {
  await using project = await slowProject(`
turns:
  - tools: [{ tool: echo, args: { text: "{{input}}" } }]
  - say: "{{result.0}}"
`);
  project.write('workflows/parallel.ts', example('workflows/parallel.ts'));
  // Its agents use a server of this name.
  project.write('mcp_agent.config.yaml', project.read('mcp_agent.config.yaml').replace('fixture:', 'fetch:'));
  await project.worker();
  const items = Array.from({ length: 50 }, (_, n) => `i${n}`);
  const run = await project.mcpa(['run', 'ParallelWorkflow', JSON.stringify(items)]).done;
  expect(run.status, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual(items.map((item) => `Process: ${item}`));
});
