import { Agent } from 'mcpa/workflow';

/** A planner, then an executor; each has its own tools and its own conversation. */
export async function OrchestratorWorkflow(task: string): Promise<string> {
  await using planner = new Agent({
    name: 'planner',
    instruction: 'Break down tasks into steps',
    serverNames: ['fetch'],
  });
  await using executor = new Agent({
    name: 'executor',
    instruction: 'Execute specific steps',
    serverNames: ['filesystem'],
  });
  const plan = await planner.generateStr(`Create plan for: ${task}`);
  return executor.generateStr(`Execute plan: ${plan}`);
}
