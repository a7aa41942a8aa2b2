import { expect, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { fixtureConfig, fixtureProject } from './fixture-project.js';

const WORKFLOWS = `
import { Agent } from 'mcpa/workflow';
import { continueAsNew, defineUpdate, executeChild, setHandler, condition, getExternalWorkflowHandle } from '@temporalio/workflow';

export async function ResultWorkflow(size: number): Promise<string> {
  return 'x'.repeat(size);
}

/** What each way says to three megabytes. */
export async function WaysWorkflow(): Promise<Record<string, string>> {
  const large = 'x'.repeat(3_000_000);
  const agent = new Agent({ name: 'caller', instruction: '', serverNames: ['fixture'] });
  const ways = {
    tool: () => agent.callTool('fixture', 'note', { text: large }),
    child: () => executeChild('ResultWorkflow', { args: [large] }),
    signal: () => getExternalWorkflowHandle('nobody').signal('word', large),
    again: () => continueAsNew(large),
  };
  const told: Record<string, string> = {};
  for (const [name, way] of Object.entries(ways))
    told[name] = await way().then(() => 'taken', (error) => (error.cause ?? error).type + ': ' + (error.cause ?? error).message);
  return told;
}

export async function UpdateWorkflow(): Promise<void> {
  let over = false;
  setHandler(defineUpdate<string>('much'), async () => { over = true; return 'x'.repeat(3_000_000); });
  await condition(() => over);
}
`;

test('what the engine would refuse is an error that the code can catch, and ends the run; compressed it may fit', async () => {
  await using project = await fixtureProject(fixtureConfig(), WORKFLOWS, 'turns: [{ say: done }]\n');
  const worker = await project.worker();
  await using app = await connect({ cwd: project.dir, env: project.env });
  const ran = await project.mcpa(['run', 'ResultWorkflow', '3000000']).done;
  expect(ran.status).toBe(1);
  expect(ran.stderr).toContain("the workflow's result has 3000002 bytes; the engine takes 2097152 (2 MB)");
  expect(await (await app.startWorkflow('ResultWorkflow', 2_000_000)).result()).toHaveLength(2_000_000);

  const ways = (await (await app.startWorkflow('WaysWorkflow')).result()) as Record<string, string>;
  expect(Object.keys(ways)).toEqual(['tool', 'child', 'signal', 'again']);
  for (const told of Object.values(ways)) expect(told).toMatch(/^mcpa\.PayloadTooLarge: .* has 30\d+ bytes/);
  const updated = await app.startWorkflow('UpdateWorkflow');
  await expect(updated.update('much')).rejects.toMatchObject({ code: 'UPDATE_FAILED' });
  await updated.result();

  await worker.stop();
  project.write('mcp_agent.config.yaml', fixtureConfig({ temporal: ', compression: { over_kb: 64 }' }));
  await project.worker();
  expect(await (await app.startWorkflow('ResultWorkflow', 3_000_000)).result()).toHaveLength(3_000_000);
});
