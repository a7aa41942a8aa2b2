import { Agent, evaluatorOptimizer } from 'mcpa/workflow';

export interface CoverLetter {
  letter: string;
  rating: 'POOR' | 'FAIR' | 'GOOD' | 'EXCELLENT';
  attempts: number;
}

/** One agent writes a cover letter, another rates it, until it is excellent or three refinements are used up. */
export async function CoverLetterWorkflow(job: string): Promise<CoverLetter> {
  const writer = new Agent({
    name: 'writer',
    instruction: 'Write cover letters. The candidate is described in cv.md. Invent nothing.',
    serverNames: ['filesystem'],
  });
  const critic = new Agent({
    name: 'critic',
    instruction: 'Rate cover letters for clarity, relevance to the job, and tone. Say what to improve.',
  });

  const { text, rating, attempts } = await evaluatorOptimizer(`Write a cover letter for this job: ${job}`, {
    optimizer: writer,
    evaluator: critic,
    minRating: 'EXCELLENT',
    maxRefinements: 3,
  });
  return { letter: text, rating, attempts: attempts.length };
}
