import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { encrypts, unlocked } from '../../config/index.js';
import {
  type Answer,
  FAILURE,
  formFields,
  type JsonObject,
  McpaError,
  MEMO,
  misfit,
  type Question,
  type RunMemo,
  WIRE,
  withDefaults,
} from '../../core/index.js';
import type { OpenClient } from '../connection.js';
import { isTransient, isUnprocessed, mapRunError } from '../errors.js';
import { whoAmI } from '../identity.js';
import { patternProblem } from './pattern-problem.js';

/** An answer to a question, or to the next one of a run that has not asked yet. */
export interface AnswerInput {
  /** `q1`, …; absent: the only open question. */
  question?: string;
  text?: string;
  /** For an approval, and for what a tool asks the model. */
  decision?: 'approve' | 'refuse';
  /** For an approval: approve with these arguments instead. */
  arguments?: JsonObject;
  /** For what a tool asks: a form, or a page to visit. */
  action?: 'accept' | 'decline' | 'cancel';
  /** For a form that is accepted: its fields; those with a default may be left out. */
  content?: JsonObject;
  /** Default: user and host of this process. */
  by?: string;
}

export interface AnswerOutcome {
  /** `queued`: no worker answered in time; the run checks the answer when one is back. */
  state: 'accepted' | 'queued';
  /** The question that it answered; absent while queued, or kept for a question to come. */
  question?: string;
}

/** Time for a worker to take the answer as an update; later it is left as a signal. */
const UPDATE_DEADLINE_MS = 5_000;

/** Answers a question; throws `ANSWER_REFUSED` when it is closed, unknown, or the answer doesn't fit. */
export async function answerQuestion(
  open: OpenClient,
  run: { workflowId: string; runId?: string | undefined },
  input: AnswerInput,
): Promise<AnswerOutcome> {
  const { client, where } = open;
  await checkBefore(open, run, input);
  const handle = client.workflow.getHandle(run.workflowId, run.runId);
  // One id for both ways: an update may still arrive after its deadline, and then counts once.
  const answer: Answer = { answerId: randomUUID(), by: whoAmI(), ...input };
  try {
    const { question } = await client.connection.withDeadline(Date.now() + UPDATE_DEADLINE_MS, () =>
      handle.executeUpdate<{ question?: string }, [Answer]>(WIRE.answer, {
        args: [answer],
        updateId: answer.answerId,
      }),
    );
    return { state: 'accepted', ...(question === undefined ? {} : { question }) };
  } catch (error) {
    const refusing = isUnprocessed(error) ? undefined : refusal(error, run.workflowId);
    if (refusing !== undefined) throw refusing;
    const unheard = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isUnprocessed(error);
    if (!unheard && !isTransient(error)) throw mapRunError(error, run.workflowId, where);
  }
  await handle.signal(WIRE.answer, answer).catch((error: unknown) => {
    throw mapRunError(error, run.workflowId, where);
  });
  return { state: 'queued' };
}

/**
 * What a person writes to an encrypted run must not reach the engine as plain text, for want of a key here; and a form
 * is checked here too, so that a wrong field is told when no worker is there to tell it.
 */
async function checkBefore(
  { client, config, where }: OpenClient,
  run: { workflowId: string; runId?: string | undefined },
  input: AnswerInput,
): Promise<void> {
  if (encrypts(config) && input.action === undefined) return;
  const { memo } = await client.workflow
    .getHandle(run.workflowId, run.runId)
    .describe()
    .catch((error: unknown) => {
      throw mapRunError(error, run.workflowId, where);
    });
  const { questions = [] } = (unlocked(memo?.[MEMO]) ?? {}) as Partial<RunMemo>;
  const question =
    questions.find(({ id }) => id === input.question) ?? (questions.length === 1 && questions[0]);
  if (input.action === undefined || !question || (input.question ?? question.id) !== question.id) return;
  const problem = misfit(input, question) ?? patternMisfit(input, question);
  if (problem !== undefined) throw refused(problem);
}

/** Checked here alone: the run doesn't run a server's regular expressions. */
function patternMisfit({ content }: AnswerInput, { id, schema = {} }: Question): string | undefined {
  const filled = content && withDefaults(schema, content);
  for (const field of filled ? formFields(schema) : []) {
    const problem = patternProblem(field, filled?.[field.name]);
    if (problem !== undefined) return `question ${id}: field ${field.name}: ${problem}`;
  }
  return undefined;
}

function refusal(error: unknown, workflowId: string): McpaError | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  const typed = cause instanceof ApplicationFailure && cause.type === FAILURE.answerRefused;
  const reason = typed
    ? cause.message
    : `run ${workflowId} takes no answers (${cause?.message ?? error.message})`;
  return refused(reason, cause);
}

function refused(reason: string, cause?: unknown): McpaError {
  return new McpaError('ANSWER_REFUSED', reason, {
    hint: 'mcpa inbox lists what waits for an answer',
    cause,
  });
}
