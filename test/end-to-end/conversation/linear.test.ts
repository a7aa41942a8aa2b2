import { temporal } from '@temporalio/proto';
import { expect, test } from 'vitest';
import { decodeFirst } from '../../../src/client/history/payloads.js';
import type { GenerateInput } from '../../../src/core/index.js';
import { clientOf, MeasuredWorker, memoryProject } from './project.js';

/** 40 turns whose tool gives 2 KB, from one prompt. */
const SCRIPT = `
turns:
  - when: { matches: "." }
    say: and on
    tools: [{ tool: echo, args: { text: "${'x'.repeat(2_000)}" } }]
`;
const TURNS = 40;

const WORKFLOW = `
import { Agent } from 'mcpa/workflow';
export async function LinearWorkflow(turns: number): Promise<number> {
  const agent = new Agent({ name: 'linear', instruction: 'Go on.', serverNames: ['fixture'], maxIterations: turns });
  return (await agent.generate('begin')).turns;
}
`;

test('history grows in a line: turns 31 to 40 add what turns 11 to 20 added, and no request repeats anything', async () => {
  await using project = await memoryProject(SCRIPT);
  project.write('workflows/linear.ts', WORKFLOW);
  await using app = await clientOf(project);
  await MeasuredWorker.start(project);
  const handle = await app.start<number>('LinearWorkflow', { args: [TURNS + 1] });
  expect(await handle.result()).toBe(TURNS + 1);
  const { events } = await app.open.client.workflow.getHandle(handle.workflowId).fetchHistory();
  const { HistoryEvent } = temporal.api.history.v1;
  const starts: number[] = [];
  const inputs: GenerateInput[] = [];
  const before: number[] = [];
  let bytes = 0;
  for (const [index, event] of (events ?? []).entries()) {
    before[index] = bytes;
    bytes += HistoryEvent.encode(event as never).finish().length;
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled?.activityType?.name !== 'mcpa.generate') continue;
    starts.push(index);
    inputs.push(decodeFirst(scheduled.input) as GenerateInput);
  }
  expect(starts).toHaveLength(TURNS + 1);
  const added = (first: number, last: number) => before[starts[last]!]! - before[starts[first - 1]!]!;
  const early = added(11, 20);
  const late = added(31, 40);
  console.log(`${early / 10} bytes a turn, later ${late / 10}; ${bytes} in all`);
  expect(late).toBeLessThanOrEqual(1.02 * early);
  for (const [index, { from, add, length }] of inputs.entries()) {
    expect(from).toBe(index === 0 ? 0 : 2 * index + 1);
    expect(from + add.length).toBe(length);
    if (index > 0)
      expect(add).toEqual([{ role: 'tool_ref', callId: expect.any(String), id: expect.any(String) }]);
  }
}, 120_000);
