import { Agent, orchestrator } from 'mcpa/workflow';

export async function GradeStoryWorkflow(planType: 'full' | 'iterative'): Promise<unknown> {
  const agents = [
    new Agent({ name: 'finder', instruction: 'Read files.', serverNames: ['filesystem'] }),
    new Agent({ name: 'writer', instruction: 'Write files.', serverNames: ['filesystem'] }),
    new Agent({ name: 'proofreader', instruction: 'Find mistakes in spelling and grammar.' }),
    new Agent({ name: 'fact_checker', instruction: 'Find what contradicts itself.' }),
    new Agent({ name: 'style_enforcer', instruction: 'Judge the style.' }),
  ];

  const { text, status, steps } = await orchestrator(
    'Read short_story.md, have it proofread, fact-checked and judged, and write graded_report.md.',
    { agents, planType },
  );
  return { text, status, steps: steps.map(({ description }) => description) };
}
