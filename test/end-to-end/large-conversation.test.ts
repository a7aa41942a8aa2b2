import { expect, test } from 'vitest';
import { connect } from '../../src/client/index.js';
import { slowProject } from './slow-project.js';

/** Three bytes a character in UTF-8: a page of the conversation query that counts characters is too large. */
const WORKFLOW = `
import { Agent } from 'mcpa/workflow';
import { condition, defineSignal, setHandler } from '@temporalio/workflow';
export async function LargeWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'slow', instruction: 'Read.' });
  let going = false;
  setHandler(defineSignal('go'), () => {
    going = true;
  });
  const text = '漢'.repeat(350_000);
  const first = [await agent.generateStr(text), await agent.generateStr(text)];
  await condition(() => going);
  await using fork = agent.fork();
  return [...first, await agent.generateStr('and now?'), await fork.generateStr('and now?')].join(' ');
}

export async function ThreeMegabytesWorkflow(): Promise<string> {
  await using agent = new Agent({ name: 'slow', instruction: 'Read.' });
  return agent.generateStr('x'.repeat(3_000_000));
}
`;

test('a conversation over 2 MB is read back by a new worker', async () => {
  await using project = await slowProject('turns: [{ say: one }, { say: two }, { say: three }]');
  project.write('workflows/large.ts', WORKFLOW);
  await using app = await connect({ cwd: project.dir, env: project.env });
  const first = await project.worker();
  const handle = await app.startWorkflow('LargeWorkflow');
  let turns = 0;
  for await (const event of handle.events({ live: false })) {
    if (event.type === 'model_call_completed' && ++turns === 2) break;
  }
  await first.stop();
  await project.worker();
  await handle.signal('go');
  expect(await handle.result()).toBe('one two three three');
}, 180_000);

test('a message over 2 MB fails its run, and says so', async () => {
  await using project = await slowProject('turns: [{ say: one }]');
  project.write('workflows/large.ts', WORKFLOW);
  await project.worker();
  const run = await project.mcpa(['run', 'ThreeMegabytesWorkflow']).done;
  expect(run.status, run.stderr).toBe(1);
  expect(run.stderr).toMatch(/3000\d\d\d bytes/);
}, 180_000);
