import { agent } from '../agent.js';

export async function OrchestratorWorkflow(task: string): Promise<string> {
  const planner = agent('Break down tasks into steps', ['fetch']);
  const executor = agent('Execute specific steps', ['filesystem']);
  const plan = await planner(`Create plan for: ${task}`);
  return executor(`Execute plan: ${plan}`);
}
