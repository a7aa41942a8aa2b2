import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import { Agent } from 'mcpa/workflow';

/** Works through the tasks in order; between two of them it stops while it is paused. */
export async function ControllableWorkflow(tasks: string[]): Promise<string[]> {
  let paused = false;
  const results: string[] = [];
  setHandler(defineSignal('pause'), () => {
    paused = true;
  });
  setHandler(defineSignal('resume'), () => {
    paused = false;
  });
  setHandler(defineQuery('state'), () => ({ paused, done: results.length, of: tasks.length }));

  await using agent = new Agent({
    name: 'worker',
    instruction: 'Do one task at a time.',
    serverNames: ['fetch'],
  });
  for (const task of tasks) {
    await condition(() => !paused);
    results.push(await agent.generateStr(task));
  }
  return results;
}
