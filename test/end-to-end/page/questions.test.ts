import { expect, test } from 'vitest';
import { connect } from '../../../src/client/index.js';
import { pageProject } from './project.js';

test('docs/README.md: data, a local tool, and a chat that goes on over a killed worker', async () => {
  await using project = await pageProject();
  const worker = await project.worker();
  const [rating, sum] = await Promise.all([
    project.mcpa(['run', 'RatingWorkflow', 'a text']).done,
    project.mcpa(['run', 'SumWorkflow', 'What is 2 and 3?']).done,
  ]);
  expect(JSON.parse(rating.stdout || rating.stderr)).toEqual({ stars: 4, why: 'Short.' });
  expect(sum.stdout.trim(), sum.stderr).toBe('The sum is 5.');

  await using app = await connect({ cwd: project.dir, env: project.env });
  const chat = await app.startWorkflow('ChatWorkflow');
  const said = async () => JSON.stringify(await chat.messages());
  await chat.signal('say', 'one');
  await expect.poll(said, { timeout: 60_000 }).toContain('You said: one');
  await worker.stop('SIGKILL');
  await project.worker();
  await chat.signal('say', 'two');
  await expect.poll(said, { timeout: 60_000 }).toMatch(/You said: one.*You said: two/);
  await chat.cancel();
  await expect(chat.result()).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
}, 180_000);
