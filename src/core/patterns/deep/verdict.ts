import { type Checked, isFields, objectSchema, textsIn } from '../ask-valid.js';

/** What a verifier says of the results so far. */
export interface Verdict {
  complete: boolean;
  /** What is worth remembering of the new results. */
  findings: string[];
  /** What is missing or wrong. */
  missing: string[];
}

const LIST = { type: 'array', items: { type: 'string' } };

export const VERDICT_SCHEMA = objectSchema({ complete: { type: 'boolean' }, findings: LIST, missing: LIST });

export function checkVerdict(answer: unknown): Checked<Verdict> {
  if (!isFields(answer) || typeof answer.complete !== 'boolean')
    return { problem: '`complete` must be true or false' };
  return {
    value: {
      complete: answer.complete,
      findings: textsIn(answer, 'findings'),
      missing: textsIn(answer, 'missing'),
    },
  };
}
