import { Agent, evaluatorOptimizer } from 'mcpa/workflow';

export async function CoverLetterWorkflow(job: string) {
  const writer = new Agent({ name: 'writer', instruction: 'Write cover letters.' });
  const critic = new Agent({ name: 'critic', instruction: 'Judge clarity, relevance and tone.' });

  const { text, rating, attempts } = await evaluatorOptimizer(`Write a cover letter for: ${job}`, {
    optimizer: writer,
    evaluator: critic,
    minRating: 'EXCELLENT',
    maxRefinements: 3,
  });
  return { text, rating, attempts: attempts.length };
}
