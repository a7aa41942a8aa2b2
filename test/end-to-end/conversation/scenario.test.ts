import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { hostRuns } from '../host/host-runs.js';
import type { Project } from '../project.js';
import { clientOf } from './project.js';

const SERVER = `
    faulty: { command: node, args: ["{{fixtures}}/faulty-server.mjs"] }
`;

/** Turn after turn from one prompt, each with a tool result of so many bytes. */
function scenarioProject(bytes: number): Promise<Project> {
  const script = `
turns:
  - when: { matches: "." }
    say: and on
    tools: [{ tool: huge, args: { mb: ${bytes / 2 ** 20} } }]
`;
  return fixtureProject(fixtureConfig({ servers: SERVER }), WORKFLOW, script);
}

const WORKFLOW = `
import { Agent } from 'mcpa/workflow';
export async function ScenarioWorkflow(turns: number): Promise<number> {
  const agent = new Agent({ name: 'scenario', instruction: 'Go on.', serverNames: ['faulty'], maxIterations: turns });
  return (await agent.generate('begin')).turns;
}
`;

test('C9: 100 model calls and about 209,000 tokens: history is below 1.3 times its messages', async () => {
  await using project = await scenarioProject(8_700);
  await project.worker();
  await using app = await clientOf(project);
  const handle = await app.startWorkflow('ScenarioWorkflow', 100);
  expect(await handle.result()).toBe(100);
  const messages = await project.mcpa(['messages', handle.workflowId, '--json']).done;
  expect(messages.status, messages.stderr).toBe(0);
  const { history } = await handle.details();
  expect(history.bytes).toBeGreaterThan(99 * 8_700);
  expect(history.bytes).toBeLessThan(1.3 * Buffer.byteLength(messages.stdout));
});

test('C9: 1,000 turns under one workflow id, its older runs deleted meanwhile; none has 4 MB of history', async () => {
  await using project = await scenarioProject(2_000);
  await project.worker();
  await using app = await clientOf(project);
  const handle = await app.startWorkflow('ScenarioWorkflow', 1_000);
  let over = false;
  const result = handle.result().finally(() => {
    over = true;
  });
  const deleted = new Map<string, number>();
  while (!over) {
    // All but the newest two: the newest may be reading from the one before it.
    for (const { workflowId, runId } of (await hostRuns(app, handle.workflowId)).slice(0, -2)) {
      if (deleted.has(runId)) continue;
      const { history } = await app.getHandle(workflowId, runId).details();
      deleted.set(runId, history.bytes);
      await app.open.client.workflowService.deleteWorkflowExecution({
        namespace: app.config.temporal.namespace,
        workflowExecution: { workflowId, runId },
      });
    }
    await sleep(500);
  }
  expect(await result).toBe(1_000);
  const left = await hostRuns(app, handle.workflowId);
  const sizes = [...deleted.values()];
  for (const { workflowId, runId } of [...left, { workflowId: handle.workflowId, runId: undefined }])
    sizes.push((await app.getHandle(workflowId, runId).details()).history.bytes);
  console.log(`bytes of the runs: ${sizes.join(', ')}`);
  expect(Math.max(...sizes)).toBeLessThan(4_000_000);
  expect(deleted.size).toBeGreaterThanOrEqual(1);
});
