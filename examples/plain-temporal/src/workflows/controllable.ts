import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { agent } from '../agent.js';

export async function ControllableWorkflow(input: string): Promise<string> {
  let paused = false;
  setHandler(defineSignal('pause'), () => {
    paused = true;
  });
  setHandler(defineSignal('resume'), () => {
    paused = false;
  });
  await condition(() => !paused);
  return agent('Do the task', ['fetch'])(input);
}
