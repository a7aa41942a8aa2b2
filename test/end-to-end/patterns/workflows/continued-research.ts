import { continueAsNew } from '@temporalio/workflow';
import { Agent, childAgent, type DeepState, deepOrchestrator } from 'mcpa/workflow';

/** Continues as new after each plan; what its tasks find out, child workflows do. */
export async function ContinuedResearchWorkflow(from: DeepState) {
  const researcher = childAgent('researcher', LookUpWorkflow, { instruction: 'Look one thing up.' });
  const { text, status, findings, plans } = await deepOrchestrator('Which is older?', {
    agents: [researcher],
    from,
    afterPlan: (state) => continueAsNew<typeof ContinuedResearchWorkflow>(state),
  });
  return { text, status, findings, plans };
}

export async function LookUpWorkflow(task: string): Promise<string> {
  await using researcher = new Agent({ name: 'researcher', instruction: 'Look one thing up.' });
  return researcher.generateStr(task);
}
