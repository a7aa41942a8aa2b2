import { Agent, parallel } from 'mcpa/workflow';

export async function GradeInParallelWorkflow(story: string): Promise<string> {
  const proofreader = new Agent({
    name: 'proofreader',
    instruction: 'Find mistakes in spelling and grammar.',
  });
  const factChecker = new Agent({ name: 'fact_checker', instruction: 'Find what contradicts itself.' });
  const styleEnforcer = new Agent({ name: 'style_enforcer', instruction: 'Judge the style.' });
  const grader = new Agent({ name: 'grader', instruction: 'Grade the story from the reports.' });

  const { result } = await parallel(story, {
    fanOut: [proofreader, factChecker, styleEnforcer],
    fanIn: grader,
  });
  return result;
}
