import { Agent, orchestrator } from 'mcpa/workflow';

const files = { serverNames: ['filesystem'] };

/** A planner divides the work among five agents; the last of them writes the graded report beside the story. */
export async function GradeReportWorkflow(
  story: string,
  planType: 'full' | 'iterative' = 'full',
): Promise<string> {
  const agents = [
    new Agent({ name: 'finder', instruction: 'Read files, and give their text word by word.', ...files }),
    new Agent({ name: 'proofreader', instruction: 'List mistakes in spelling, grammar and punctuation.' }),
    new Agent({ name: 'fact_checker', instruction: 'List what contradicts itself in a text.' }),
    new Agent({ name: 'style_enforcer', instruction: 'List where a text departs from a style guide.' }),
    new Agent({ name: 'writer', instruction: 'Write reports, and save them as files.', ...files }),
  ];

  const { text } = await orchestrator(
    `Read ${story}. Have it proofread, checked for contradictions, and held against style-guide.md.
Write a report with a grade from A to F to graded_report.md.`,
    { agents, planType },
  );
  return text;
}
