import { afterAll, beforeAll, expect, test } from 'vitest';
import { KILLED_MS, PatternProject } from './project.js';

const rating = (name: string) =>
  `json: { rating: ${name}, feedback: "${name} is not enough", needsImprovement: true, focusAreas: [tone] }`;
const script = (delayMs = 0) => `
conversations:
  writer:
    - say: Draft one
    - when: { matches: 'Draft one.*FAIR is not enough.*tone' }
      say: Draft two
    - when: { matches: 'Draft two.*GOOD is not enough' }
      say: Draft three
      delayMs: ${delayMs}
    - when: { contains: Draft three }
      say: Draft four
    - when: { contains: Draft four }
      say: Draft five
  critic:
    - when: { matches: 'hopeless.*Draft (three|four)' }
      ${rating('FAIR')}
    - when: { contains: Draft one }
      ${rating('FAIR')}
    - when: { contains: Draft two }
      ${rating('GOOD')}
    - when: { contains: Draft three }
      ${rating('EXCELLENT')}
`;

let patterns: PatternProject;
beforeAll(async () => {
  patterns = await PatternProject.create(script());
});
afterAll(() => patterns?.[Symbol.asyncDispose]());

test('B4: the letter is refined until it is EXCELLENT', async () => {
  expect(await patterns.run('CoverLetterWorkflow', 'a cook', 'excellent')).toEqual({
    text: 'Draft three',
    rating: 'EXCELLENT',
    attempts: 3,
  });
});

test('B4: after three refinements it ends with the best', async () => {
  expect(await patterns.run('CoverLetterWorkflow', 'a hopeless case', 'hopeless')).toEqual({
    text: 'Draft two',
    rating: 'GOOD',
    attempts: 4,
  });
});

test(
  'B4: the worker killed during a refinement: no attempt is made twice',
  async () => {
    patterns.project.write('script.yaml', script(4_000));
    const result = await patterns.runKilled('CoverLetterWorkflow', 'a cook', 'killed', 'writer · turn 3');
    expect(result).toEqual({ text: 'Draft three', rating: 'EXCELLENT', attempts: 3 });
    const { totals } = await patterns.json('describe', patterns.id('killed'));
    expect(totals).toMatchObject({ turns: 6 });
  },
  KILLED_MS,
);

test.each(['excellent', 'hopeless', 'killed'])('replay: %s', async (id) => {
  expect(await patterns.replay(id)).toBeGreaterThan(10);
});
