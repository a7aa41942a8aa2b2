import type { JsonSchema } from '../../json.js';
import type { Generates } from '../generates.js';

/** Model calls, and tokens of requests and answers. */
export interface Spent {
  turns: number;
  tokens: number;
}

/** What may be spent; absent: without limit. */
export type Budget = Partial<Spent>;

export function exhausted(budget: Budget, spent: Spent): boolean {
  return spent.turns >= (budget.turns ?? Infinity) || spent.tokens >= (budget.tokens ?? Infinity);
}

/** What is left, in words; empty without a limit. */
export function leftOf(budget: Budget, spent: Spent): string {
  const left = (['turns', 'tokens'] as const).flatMap((kind) => {
    const limit = budget[kind];
    return limit === undefined ? [] : [`${Math.max(0, limit - spent[kind])} ${kind}`];
  });
  return left.join(', ');
}

const CHARACTERS_A_TOKEN = 4;

/** Counts where nobody else does: one turn a call, tokens by the length of the texts. */
export class Meter {
  readonly spent: Spent = { turns: 0, tokens: 0 };

  counting(agent: Generates): Generates {
    const count = async <T>(prompt: string, call: Promise<T>): Promise<T> => {
      this.spent.turns += 1;
      const answer = await call;
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
      this.spent.tokens += Math.ceil((prompt.length + text.length) / CHARACTERS_A_TOKEN);
      return answer;
    };
    return {
      name: agent.name,
      generateStr: (prompt) => count(prompt, agent.generateStr(prompt)),
      generateStructured: (prompt, schema: JsonSchema) =>
        count(prompt, agent.generateStructured(prompt, schema)),
      ...(agent.instruction === undefined ? {} : { instruction: agent.instruction }),
      ...(agent.fork === undefined ? {} : { fork: () => this.counting(agent.fork!()) }),
      ...(agent.close === undefined ? {} : { close: () => agent.close!() }),
    };
  }
}
