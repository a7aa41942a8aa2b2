import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { slowProject, stagedWorkflow } from './slow-project.js';

const RUNS = 200;
const MB = 1024;
/** The default of `conversation.cache_mb`. */
const CACHE_MB = 64;

test('C13: 200 runs at once on one worker: all right, in the memory that they may take', async () => {
  await using project = await slowProject(`
turns:
  - when: { tool: echo }
    say: "{{last}}"
  - when: { matches: "." }
    tools: [{ tool: echo, args: { text: "{{last}}" } }]
`);
  const step = "const said = await agent.generateStr('number ' + workflowInfo().workflowId);";
  const source = stagedWorkflow(step, "said + ', ' + (await agent.generateStr('again'))");
  project.write('workflows/staged.ts', source.replace('condition,', 'condition, workflowInfo,'));
  const worker = await project.worker();
  const kilobytes = (key: string) =>
    Number(
      new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(
        readFileSync(`/proc/${worker.child.pid}/status`, 'utf8'),
      )?.[1],
    );
  const idle = kilobytes('VmRSS');
  await using app = await connect({ cwd: project.dir, env: project.env });
  const handles = await Promise.all(Array.from({ length: RUNS }, () => app.startWorkflow('StagedWorkflow')));
  const openRuns = async () => {
    const { runs } = await app.list({ taskQueue: project.queue, limit: RUNS });
    return runs.filter(({ status }) => status === 'running').length;
  };
  await expect.poll(openRuns, { timeout: 60_000 }).toBe(RUNS);
  await Promise.all(handles.map((handle) => handle.signal('go')));
  const results = await Promise.all(handles.map((handle) => handle.result()));
  expect(results).toEqual(handles.map(({ workflowId }) => `number ${workflowId}, again`));
  const peak = kilobytes('VmHWM');
  console.log(`idle ${Math.round(idle / MB)} MB, at most ${Math.round(peak / MB)} MB`);
  expect(peak).toBeLessThanOrEqual(idle + (RUNS * 1 + CACHE_MB) * MB);
});
