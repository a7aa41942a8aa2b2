import { sleep } from '@temporalio/workflow';
import { Agent, waitForHumanInput } from 'mcpa/workflow';

/** Five model calls, four tool calls. */
export async function TravelWorkflow(trip: string): Promise<string> {
  await using agent = new Agent({ name: 'traveller', instruction: 'Book it.', serverNames: ['desk'] });
  return agent.generateStr(trip);
}

export async function AskWorkflow(): Promise<string> {
  return `you said ${await waitForHumanInput('Which seat?', { choices: ['window', 'aisle'] })}`;
}

/** Long enough to be paused and cancelled. */
export async function WanderWorkflow(steps: number): Promise<number> {
  let done = 0;
  for (; done < steps; done++) await sleep(200);
  return done;
}

export async function BrokenWorkflow(): Promise<never> {
  throw new Error('broken on purpose');
}
