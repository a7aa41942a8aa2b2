import { continueAsNew } from '@temporalio/workflow';
import { Agent, childAgent, type OrchestratorState, orchestrator } from 'mcpa/workflow';

/** Continues as new after each step; a long one would when `workflowInfo().continueAsNewSuggested` says so. */
export async function ContinuedStoryWorkflow(from: OrchestratorState): Promise<unknown> {
  const finder = new Agent({ name: 'finder', instruction: 'Read files.', serverNames: ['filesystem'] });
  const judges = ['proofreader', 'fact_checker', 'style_enforcer'].map(
    (name) => new Agent({ name, instruction: 'Judge.' }),
  );
  const writer = childAgent('writer', WriteReportWorkflow, { instruction: 'Write files.' });

  const { text, steps, plans } = await orchestrator('Read, judge, and write the report.', {
    agents: [finder, ...judges, writer],
    from,
    afterStep: (state) =>
      state.ahead.length > 0 ? continueAsNew<typeof ContinuedStoryWorkflow>(state) : undefined,
  });
  return { text, steps: steps.map(({ description }) => description), plans };
}

export async function WriteReportWorkflow(task: string): Promise<string> {
  await using writer = new Agent({
    name: 'writer',
    instruction: 'Write files.',
    serverNames: ['filesystem'],
  });
  return writer.generateStr(task);
}
