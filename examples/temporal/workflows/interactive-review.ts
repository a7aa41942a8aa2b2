import { Agent, type HumanInputOptions, waitForHumanInput } from 'mcpa/workflow';

/** A draft, a person's opinion of it, and a better draft. */
export async function InteractiveReviewWorkflow(
  content: string,
  timeout: HumanInputOptions['timeout'] = '1 hour',
): Promise<string> {
  await using agent = new Agent({
    name: 'reviewer',
    instruction: 'Review and improve content',
    serverNames: ['fetch'],
  });
  const draft = await agent.generateStr(`Review: ${content}`);
  // Costs nothing while it waits; throws HumanInputTimeout when nobody answers in time.
  const feedback = await waitForHumanInput(`Review this draft: ${draft}`, { timeout });
  return agent.generateStr(`Improve draft based on feedback: ${draft}\nFeedback: ${feedback}`);
}
