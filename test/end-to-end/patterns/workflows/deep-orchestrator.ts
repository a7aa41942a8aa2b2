import { Agent, deepOrchestrator } from 'mcpa/workflow';

export async function ResearchWorkflow(question: string) {
  const researcher = new Agent({
    name: 'researcher',
    instruction: 'Look one thing up.',
    serverNames: ['fixture'],
  });
  const analyst = new Agent({ name: 'analyst', instruction: 'Compare what was found.' });

  const { text, status, findings, spent } = await deepOrchestrator(question, {
    agents: [researcher, analyst],
    budget: { tokens: 100_000, turns: 50 },
  });
  return { text, status, findings, spent };
}

/** Too little for the second task. */
export async function PoorResearchWorkflow(question: string) {
  const researcher = new Agent({
    name: 'researcher',
    instruction: 'Look one thing up.',
    serverNames: ['fixture'],
  });
  const analyst = new Agent({ name: 'analyst', instruction: 'Compare what was found.' });
  const { status, done } = await deepOrchestrator(question, {
    agents: [researcher, analyst],
    budget: { tokens: 200 },
  });
  return { status, done: done.map(({ name, ok }) => `${name} ${ok}`) };
}
