import { Agent, parallel } from 'mcpa/workflow';

/** Three agents read the story at the same time, each for one thing; a fourth grades it from their reports. */
export async function GradeStoryWorkflow(story: string): Promise<string> {
  const proofreader = new Agent({
    name: 'proofreader',
    instruction: 'List mistakes in spelling, grammar and punctuation, each with its correction.',
  });
  const factChecker = new Agent({
    name: 'fact_checker',
    instruction: 'List what contradicts itself in the story: places, times, numbers, people.',
  });
  const styleEnforcer = new Agent({
    name: 'style_enforcer',
    instruction: 'Read style-guide.md, then list where the story departs from it.',
    serverNames: ['filesystem'],
  });
  const grader = new Agent({
    name: 'grader',
    instruction: 'Write one report from those of your colleagues, and give a grade from A to F.',
  });

  const { result } = await parallel(story, {
    fanOut: [proofreader, factChecker, styleEnforcer],
    fanIn: grader,
  });
  return result;
}
