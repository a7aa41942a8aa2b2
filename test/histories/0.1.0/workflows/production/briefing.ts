import { Agent } from 'mcpa/workflow';

/** Collects notes on a topic, then writes a briefing from them. */
export async function BriefingWorkflow(topic: string): Promise<string> {
  await using agent = new Agent({
    name: 'analyst',
    instruction: 'Collect facts from the web, with their sources; then write for people in a hurry.',
    serverNames: ['fetch'],
  });
  await agent.generateStr(topic);
  return agent.generateStr('Write a briefing of five sentences from your notes.');
}
