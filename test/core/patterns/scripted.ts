import type { Generates } from '../../../src/core/index.js';

export type Answer = string | object | Error;

export interface Scripted extends Generates {
  readonly prompts: string[];
  readonly schemas: object[];
}

/** Something that generates: answers in order, or by a function of the prompt. */
export function scripted(
  name: string,
  answers: Answer[] | ((prompt: string) => Answer | Promise<Answer>),
): Scripted {
  const prompts: string[] = [];
  const schemas: object[] = [];
  const next = async (prompt: string) => {
    prompts.push(prompt);
    const answer = Array.isArray(answers) ? answers[prompts.length - 1] : await answers(prompt);
    if (answer === undefined) throw new Error(`${name} has no answer to: ${prompt}`);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    name,
    instruction: `what ${name} is for`,
    prompts,
    schemas,
    generateStr: async (prompt) => String(await next(prompt)),
    generateStructured: (prompt, schema) => {
      schemas.push(schema);
      return next(prompt);
    },
  };
}

/** An error as Temporal's SDK names it. */
export function named(name: string, message: string, cause?: Error): Error {
  return Object.assign(new Error(message, cause && { cause }), { name });
}
