import type { AnswerInput, Question } from '../../client/index.js';
import { McpaError } from '../../core/index.js';
import { printable } from '../render/width.js';

/** Asks the person at this terminal; undefined when the signal took the question away. */
export async function askPerson(question: Question, signal?: AbortSignal): Promise<AnswerInput | undefined> {
  const prompts = await import('@clack/prompts');
  const terminal: Terminal = {
    prompts,
    // The result alone goes to stdout.
    common: { output: process.stderr, ...(signal && { signal }) },
    given<T>(value: T) {
      if (!prompts.isCancel(value)) return value as Exclude<T, symbol>;
      if (signal?.aborted) return undefined;
      // A call without a run (`mcpa mcp call`) ends with its question.
      if (question.id === '')
        throw new McpaError('INTERRUPTED', 'nothing was answered; the call is given up');
      throw new McpaError('INTERRUPTED', `question ${question.id} stays open`, { hint: 'mcpa answer' });
    },
  };
  const { fillIn, permit, visit } = await import('./ask-tool.js');
  const asks = { input: reply, approval: decide, form: fillIn, url: visit, sampling: permit };
  const answer = await asks[question.kind](question, terminal);
  return answer && { question: question.id, ...answer };
}

/** Where the person is asked. */
export interface Terminal {
  prompts: typeof import('@clack/prompts');
  common: { output: NodeJS.WriteStream; signal?: AbortSignal };
  /** What was entered; undefined when the question was taken away, an error when the person left. */
  given<T>(value: T): Exclude<T, symbol> | undefined;
}

async function reply(
  question: Question,
  { prompts, common, given }: Terminal,
): Promise<AnswerInput | undefined> {
  const message = printable(question.prompt);
  const text =
    question.choices === undefined
      ? given(await prompts.multiline({ ...common, message, ...placeholder(question) }))
      : given(
          await prompts.select({ ...common, message, options: question.choices.map((value) => ({ value })) }),
        );
  return text === undefined ? undefined : { text: text || (question.default ?? '') };
}

async function decide(
  question: Question,
  { prompts, common, given }: Terminal,
): Promise<AnswerInput | undefined> {
  const args = JSON.stringify(question.tool?.arguments ?? {}, null, 2);
  process.stderr.write(`${printable(args)}\n`);
  const options = [
    { value: 'approve', label: 'approve' },
    { value: 'refuse', label: 'refuse' },
    { value: 'edit', label: 'change the arguments' },
  ];
  const decision = given(await prompts.select({ ...common, message: printable(question.prompt), options }));
  if (decision === undefined || decision === 'approve') return decision && { decision };
  if (decision === 'refuse') {
    const text = given(await prompts.text({ ...common, message: 'Reason, for the model', defaultValue: '' }));
    return text === undefined ? undefined : { decision, ...(text && { text }) };
  }
  const text = given(
    await prompts.multiline({
      ...common,
      message: 'Arguments, as JSON',
      initialValue: args,
      validate: (value) => problemOf(value ?? ''),
    }),
  );
  return text === undefined ? undefined : { decision: 'approve', arguments: JSON.parse(text) };
}

function placeholder({ default: fallback }: Question): { placeholder?: string } {
  return fallback === undefined ? {} : { placeholder: printable(fallback) };
}

function problemOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : 'not a JSON object';
  } catch (error) {
    return (error as Error).message;
  }
}

/** A question can be asked here: a person sits at both ends. */
export function canAsk(mode: { json: boolean; quiet: boolean }): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !mode.json && !mode.quiet;
}
