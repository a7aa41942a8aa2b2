import { expect, test } from 'vitest';
import { fixtureConfig, fixtureProject } from '../fixture-project.js';
import { freePort } from '../processes.js';

const WORKFLOW = `
import { Agent } from 'mcpa/workflow';

export async function AskWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'asked', instruction: 'Answer.' });
  return agent.generateStr('?');
}
`;
const soon = { timeout: 90_000 };

test('a second dev joins the first one’s engine and says so; both load a changed script, and the second goes on alone', async () => {
  const port = await freePort();
  const config = fixtureConfig({ temporal: `, port: ${port}` }).replace('script.yaml', 'prompts/script.yaml');
  await using project = await fixtureProject(config, WORKFLOW, '');
  delete project.env.TEMPORAL_ADDRESS;
  project.write('prompts/script.yaml', 'turns:\n  - say: before\n');
  const first = project.mcpa(['dev']);
  await first.output(/watching for changes/);
  const second = project.mcpa(['dev']);
  await second.output(/watching for changes/);
  expect(first.stderr).toContain(`engine 127.0.0.1:${port} (started)`);
  expect(second.stderr).toContain(`engine 127.0.0.1:${port} (in use)`);
  const ask = async () => {
    const { stdout, stderr, status } = await project.mcpa(['run', 'AskWorkflow']).done;
    expect(status, stderr).toBe(0);
    return stdout;
  };
  expect(await ask()).toBe('before\n');

  project.write('prompts/script.yaml', 'turns:\n  - say: after\n');
  for (const dev of [first, second]) {
    await expect.poll(() => dev.stderr, soon).toMatch(/reload prompts\/script\.yaml\n[\s\S]*^stopped$/m);
  }
  expect(await ask()).toBe('after\n');
  expect((await first.stop('SIGINT')).status).toBe(0);
  expect(await ask()).toBe('after\n');
  expect((await second.stop('SIGINT')).status).toBe(0);
  const gone = await project.mcpa(['list']).done;
  expect(gone.status).toBe(3);
}, 240_000);
