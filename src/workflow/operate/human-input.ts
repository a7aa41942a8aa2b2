import type { Duration } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  sleep,
} from '@temporalio/workflow';
import type { Answer, NewQuestion } from '../../core/index.js';
import { operations, runState } from '../run-state.js';

export interface HumanInputOptions {
  /** Milliseconds, or text such as `1h`; without one the question waits for ever. */
  timeout?: Duration;
  /** The only answers taken. */
  choices?: string[];
  /** Returned when the timeout passes; without one it throws `HumanInputTimeout`. */
  default?: string;
  /** Who asks, as the inbox shows it. */
  agent?: string;
}

/** Type of the failure of a question that nobody answered in time. */
export const HUMAN_INPUT_TIMEOUT = 'HumanInputTimeout';

/**
 * Asks a person and waits for the answer, for days if need be; `mcpa inbox` lists the question.
 * Throws an `ApplicationFailure` of type `HumanInputTimeout` when the timeout passes and there is no default.
 *
 * @example const answer = await waitForHumanInput('Deploy?', { choices: ['yes', 'no'], timeout: '1h' });
 */
export async function waitForHumanInput(prompt: string, options: HumanInputOptions = {}): Promise<string> {
  checkOptions(options);
  const answer = await ask(
    {
      kind: 'input',
      prompt,
      ...(options.choices === undefined ? {} : { choices: options.choices }),
      ...(options.default === undefined ? {} : { default: options.default }),
      ...(options.agent === undefined ? {} : { agent: options.agent }),
    },
    options.timeout === undefined ? undefined : msToNumber(options.timeout),
  );
  if (answer !== undefined) return answer.text ?? '';
  if (options.default !== undefined) return options.default;
  throw ApplicationFailure.nonRetryable(
    `no answer to "${firstLine(prompt)}" within ${options.timeout}`,
    HUMAN_INPUT_TIMEOUT,
  );
}

/** Opens a question and waits for its answer; undefined when its deadline passed. */
export async function ask(question: NewQuestion, timeoutMs: number | undefined): Promise<Answer | undefined> {
  if (runState.askElsewhere !== undefined) return runState.askElsewhere(question, timeoutMs);
  const { questions, record, gate } = operations();
  const now = Date.now();
  const expiresAt = timeoutMs === undefined ? {} : { expiresAt: new Date(now + timeoutMs).toISOString() };
  const { id } = questions.ask({ ...question, ...expiresAt }, new Date(now).toISOString());
  record.changed();
  const answered = () => questions.answerOf(id) !== undefined;
  try {
    if (timeoutMs === undefined) await condition(answered);
    else
      await withDeadline(answered, () => gate.ungated(() => sleep(timeoutMs, { summary: `${id} expires` })));
  } catch (error) {
    if (isCancellation(error)) questions.close(id, 'cancelled', new Date().toISOString());
    record.changed();
    throw error;
  }
  // Not what woke us, but what is recorded: an answer may arrive with the deadline.
  const answer = questions.answerOf(id);
  if (answer === undefined)
    questions.close(id, question.default === undefined ? 'expired' : 'default', new Date().toISOString());
  record.changed();
  return answer;
}

/** `condition` with a timer of its own, which the pause gate doesn't hold. */
function withDeadline(done: () => boolean, timer: () => Promise<void>): Promise<void> {
  return CancellationScope.cancellable(async () => {
    try {
      if (!done()) await Promise.race([timer(), condition(done)]);
    } finally {
      CancellationScope.current().cancel();
    }
  });
}

function checkOptions({ choices, default: fallback }: HumanInputOptions): void {
  if (choices !== undefined && choices.length === 0)
    throw new TypeError('waitForHumanInput: `choices` is empty');
  if (fallback !== undefined && choices !== undefined && !choices.includes(fallback))
    throw new TypeError(`waitForHumanInput: the default "${fallback}" is none of the choices`);
}

function firstLine(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
