import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { Agent } from 'mcpa/workflow';

/** Handles `pause` and `resume` itself. Set handlers before the first `await`: no signal comes too early then. */
export async function ControllableWorkflow(input: string): Promise<string> {
  let paused = false;
  setHandler(defineSignal('pause'), () => {
    paused = true;
  });
  setHandler(defineSignal('resume'), () => {
    paused = false;
  });
  await using agent = new Agent({ name: 'worker', instruction: 'Do the task', serverNames: ['fetch'] });
  await condition(() => !paused);
  return agent.generateStr(input);
}
