import { Agent } from '@openai/agents-core';
import { statelessMcpServer, TemporalOpenAIRunner } from '@temporalio/openai-agents/workflow';

const TURNS = 10_000;

export async function BenchWorkflow(prompt) {
  const agent = new Agent({
    name: 'bench',
    instructions: 'Use the tool when asked.',
    model: 'bench',
    mcpServers: [statelessMcpServer('echo')],
  });
  const result = await new TemporalOpenAIRunner().run(agent, prompt, { maxTurns: TURNS });
  return result.finalOutput ?? '';
}
