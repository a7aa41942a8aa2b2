import { agent } from '../agent.js';

export async function SimpleAgentWorkflow(query: string): Promise<string> {
  const researcher = agent('Research and provide detailed answers', ['fetch', 'filesystem']);
  return researcher(query);
}
