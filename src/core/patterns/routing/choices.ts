import type { JsonSchema } from '../../json.js';
import { type Checked, type Fields, isFields, listIn, objectSchema, textIn } from '../ask-valid.js';

export type Confidence = 'high' | 'medium' | 'low';

const CONFIDENCES: readonly string[] = ['high', 'medium', 'low'] satisfies Confidence[];

/** A named choice of a model. */
export interface Choice {
  name: string;
  confidence: Confidence;
  /** Why the model chose it. */
  reason: string;
}

/** The schema of a list of choices among names, best first; `more` are further properties of each. */
export function choicesSchema(names: string[], more: Record<string, JsonSchema> = {}): JsonSchema {
  const choice = objectSchema({
    name: { type: 'string', enum: names },
    confidence: { type: 'string', enum: CONFIDENCES },
    reason: { type: 'string' },
    ...more,
  });
  return objectSchema({ choices: { type: 'array', items: choice } });
}

/** Choices in the model's order, without repeats; a name that is none of those asked for is a problem. */
export function checkChoices<C extends Choice>(
  answer: unknown,
  names: string[],
  topK: number,
  more: (choice: Choice, fields: Fields) => C,
): Checked<C[]> {
  if (!isFields(answer) || !Array.isArray(answer.choices)) return { problem: 'it has no list `choices`' };
  const choices = new Map<string, C>();
  for (const fields of listIn(answer, 'choices')) {
    if (!isFields(fields)) return { problem: 'a choice is no object' };
    const name = textIn(fields, 'name');
    if (!names.includes(name)) return { problem: `"${name}" is none of ${names.join(', ')}` };
    if (choices.has(name)) continue;
    const choice = { name, confidence: confidenceOf(fields), reason: textIn(fields, 'reason') };
    choices.set(name, more(choice, fields));
  }
  return { value: [...choices.values()].slice(0, topK) };
}

function confidenceOf(fields: Fields): Confidence {
  const said = textIn(fields, 'confidence').toLowerCase();
  return CONFIDENCES.includes(said) ? (said as Confidence) : 'low';
}

export function checkTopK(pattern: string, topK: number): void {
  if (!Number.isInteger(topK) || topK < 1) throw new TypeError(`${pattern}: \`topK\` must be 1 or more`);
}
