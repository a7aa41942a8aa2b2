import { Agent } from 'mcpa/workflow';

/** One agent with two MCP servers. */
export async function SimpleAgentWorkflow(query: string): Promise<string> {
  await using agent = new Agent({
    name: 'researcher',
    instruction: 'Research and provide detailed answers',
    serverNames: ['fetch', 'filesystem'],
  });
  return agent.generateStr(query);
}
