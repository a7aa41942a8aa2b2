import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { Agent } from 'mcpa/workflow';

const TURNS = 10_000;

export async function BenchWorkflow(prompt: string): Promise<string> {
  await using agent = new Agent({
    name: 'bench',
    instruction: 'Use the tool when asked.',
    serverNames: ['echo'],
    maxIterations: TURNS,
  });
  return agent.generateStr(prompt);
}

/** Answers, and stays open until it is told to end. */
export async function HeldWorkflow(prompt: string): Promise<string> {
  let released = false;
  setHandler(defineSignal('release'), () => {
    released = true;
  });
  const text = await BenchWorkflow(prompt);
  await condition(() => released);
  return text;
}
