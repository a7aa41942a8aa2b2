import { askValid, type Checked, isFields, objectSchema, textIn, textsIn } from './ask-valid.js';
import { type Generates, withFork } from './generates.js';

/** Ratings, worst first, unless you name others. */
export const RATINGS = ['POOR', 'FAIR', 'GOOD', 'EXCELLENT'] as const;

export interface Evaluation<R extends string = string> {
  rating: R;
  feedback: string;
  needsImprovement: boolean;
  focusAreas: string[];
}

export interface Attempt<R extends string = string> extends Evaluation<R> {
  text: string;
}

export interface EvaluatorOptimizerOptions<R extends string> {
  /** Writes, and writes again with the feedback; it keeps its conversation. */
  optimizer: Generates;
  /** Rates each attempt with a fresh eye; an agent, or a function. */
  evaluator:
    | Generates
    | ((context: { request: string; text: string }) => Evaluation<R> | Promise<Evaluation<R>>);
  /** The scale, worst first. */
  ratings?: readonly R[];
  /** Good enough; the best rating by default. */
  minRating?: NoInfer<R>;
  /** Attempts after the first; 3 by default. */
  maxRefinements?: number;
  prompts?: {
    evaluate?: (context: { request: string; text: string; ratings: readonly string[] }) => string;
    refine?: (context: { request: string; attempt: Attempt; number: number }) => string;
  };
}

export interface EvaluatorOptimizerResult<R extends string = string> {
  /** The best attempt's text; of equals the latest. */
  text: string;
  rating: R;
  /** The rating is the minimum or better. */
  satisfied: boolean;
  attempts: Attempt<R>[];
}

/**
 * Lets one write and another rate, until the rating is good enough, nothing is left to improve, or the refinements
 * are used up; the best attempt is kept.
 *
 * @example
 * const { text, rating } = await evaluatorOptimizer(request, { optimizer: writer, evaluator: critic, minRating: 'EXCELLENT' });
 */
export async function evaluatorOptimizer<R extends string = (typeof RATINGS)[number]>(
  request: string,
  options: EvaluatorOptimizerOptions<R>,
): Promise<EvaluatorOptimizerResult<R>> {
  const { optimizer, maxRefinements = 3, prompts = {} } = options;
  const ratings = options.ratings ?? (RATINGS as readonly string[] as readonly R[]);
  const rank = (rating: R) => ratings.indexOf(rating);
  const least = rank((options.minRating ?? ratings.at(-1)) as R);
  if (least < 0) throw new TypeError(`evaluatorOptimizer: \`minRating\` is none of ${ratings.join(', ')}`);

  const refine = prompts.refine ?? refinePrompt;
  const attempts: Attempt<R>[] = [];
  let prompt = request;
  for (;;) {
    const text = await optimizer.generateStr(prompt);
    const attempt = { text, ...(await evaluate(request, text, ratings, options)) };
    attempts.push(attempt);
    const enough = rank(attempt.rating) >= least || !attempt.needsImprovement;
    if (enough || attempts.length > maxRefinements) break;
    prompt = refine({ request, attempt, number: attempts.length });
  }
  const best = attempts.reduce((a, b) => (rank(b.rating) >= rank(a.rating) ? b : a));
  return { text: best.text, rating: best.rating, satisfied: rank(best.rating) >= least, attempts };
}

async function evaluate<R extends string>(
  request: string,
  text: string,
  ratings: readonly R[],
  { evaluator, prompts = {} }: EvaluatorOptimizerOptions<R>,
): Promise<Evaluation<R>> {
  if (typeof evaluator === 'function') return evaluator({ request, text });
  const prompt = (prompts.evaluate ?? evaluatePrompt)({ request, text, ratings });
  const schema = objectSchema({
    rating: { type: 'string', enum: ratings },
    feedback: { type: 'string' },
    needsImprovement: { type: 'boolean' },
    focusAreas: { type: 'array', items: { type: 'string' } },
  });
  return withFork(evaluator, (agent) => askValid(agent, prompt, schema, (answer) => check(answer, ratings)));
}

function check<R extends string>(answer: unknown, ratings: readonly R[]): Checked<Evaluation<R>> {
  if (!isFields(answer)) return { problem: 'it is no object' };
  const rating = ratings.find((each) => each === answer.rating);
  if (rating === undefined) return { problem: `\`rating\` must be one of ${ratings.join(', ')}` };
  return {
    value: {
      rating,
      feedback: textIn(answer, 'feedback'),
      needsImprovement: answer.needsImprovement !== false,
      focusAreas: textsIn(answer, 'focusAreas'),
    },
  };
}

function evaluatePrompt(context: { request: string; text: string; ratings: readonly string[] }): string {
  return `Rate the response to the request, from worst to best: ${context.ratings.join(', ')}. Say what to improve, and whether it needs to be.

<request>
${context.request}
</request>

<response>
${context.text}
</response>`;
}

function refinePrompt({ request, attempt }: { request: string; attempt: Attempt }): string {
  const areas = attempt.focusAreas.length === 0 ? '' : `\nAbove all: ${attempt.focusAreas.join('; ')}`;
  return `Improve your response. Answer with the whole new response and nothing else.

<request>
${request}
</request>

<response rating=${JSON.stringify(attempt.rating)}>
${attempt.text}
</response>

<feedback>
${attempt.feedback}${areas}
</feedback>`;
}
