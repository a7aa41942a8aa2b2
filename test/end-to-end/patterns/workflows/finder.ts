import { Agent } from 'mcpa/workflow';

export async function FinderWorkflow(request: string): Promise<string> {
  await using finder = new Agent({
    name: 'finder',
    instruction: 'Find what is asked for.',
    serverNames: ['fetch', 'filesystem'],
  });
  return finder.generateStr(request);
}
