import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestEnvironment, scriptedModel } from 'mcpa/testing';

let env;
before(async () => {
  // The first task takes so long that the pause arrives before its end.
  env = await createTestEnvironment({
    model: scriptedModel([
      { when: { equals: 'first' }, delayMs: 1500, say: 'did first' },
      { when: { matches: '.' }, say: 'did {{last}}' },
    ]),
  });
});
after(() => env?.close());

async function until(handle, fits) {
  for (let left = 200; left > 0; left--) {
    const state = await handle.query('state');
    if (fits(state)) return state;
    await sleep(50);
  }
  throw new Error('the state was not reached');
}

test('a paused run stops after the task it is at, and goes on when it is resumed', async () => {
  const handle = await env.app.startWorkflow('ControllableWorkflow', ['first', 'second', 'third']);
  // It has begun its first task: a pause before that would hold it there.
  await until(handle, () => true);
  await handle.signal('pause');
  assert.deepEqual(await until(handle, ({ done }) => done === 1), { paused: true, done: 1, of: 3 });
  await sleep(500); // a task would be done by now
  assert.equal((await handle.query('state')).done, 1);
  await handle.signal('resume');
  assert.deepEqual(await handle.result(), ['did first', 'did second', 'did third']);
});
