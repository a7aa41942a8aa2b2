import { Agent, waitForHumanInput } from 'mcpa/workflow';

export async function AgentWorkflow(prompt: string): Promise<string> {
  // SWAPPED
  await using agent = new Agent({
    name: 'faults',
    instruction: 'Use the tool when asked.',
    serverNames: ['echo'],
  });
  return agent.generateStr(prompt);
}

export async function AskWorkflow(prompt: string): Promise<string> {
  return `${await waitForHumanInput(prompt)} done`;
}

export async function FailingWorkflow(_prompt: string): Promise<string> {
  throw new Error('plain failure');
}
