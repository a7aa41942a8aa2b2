import { Agent, waitForHumanInput } from 'mcpa/workflow';

/** Drafts, asks a person, and works the answer in. The question survives restarts of the worker. */
export async function InteractiveReviewWorkflow(content: string): Promise<string> {
  await using agent = new Agent({
    name: 'reviewer',
    instruction: 'Review and improve content',
    serverNames: ['fetch'],
  });
  const draft = await agent.generateStr(`Review: ${content}`);
  const feedback = await waitForHumanInput(`Review this draft: ${draft}`, { timeout: '1h' });
  return agent.generateStr(`Improve draft based on feedback: ${draft}\nFeedback: ${feedback}`);
}
