import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { encrypts } from '../../config/index.js';
import { type Answer, FAILURE, type JsonObject, McpaError, MEMO, WIRE } from '../../core/index.js';
import { unlocked } from '../codec/locked.js';
import type { OpenClient } from '../connection.js';
import { isTransient, mapRunError } from '../errors.js';
import { whoAmI } from '../identity.js';

/** An answer to a question, or to the next one of a run that has not asked yet. */
export interface AnswerInput {
  /** `q1`, …; absent: the only open question. */
  question?: string;
  text?: string;
  /** For an approval. */
  decision?: 'approve' | 'refuse';
  /** For an approval: approve with these arguments instead. */
  arguments?: JsonObject;
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
  await refuseToSendPlain(open, run);
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
    const refused = refusal(error, run.workflowId);
    if (refused !== undefined) throw refused;
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isTransient(error))
      throw mapRunError(error, run.workflowId, where);
  }
  await handle.signal(WIRE.answer, answer).catch((error: unknown) => {
    throw mapRunError(error, run.workflowId, where);
  });
  return { state: 'queued' };
}

/** What a person writes to an encrypted run must not reach the engine as plain text, for want of a key here. */
async function refuseToSendPlain(
  { client, config, where }: OpenClient,
  run: { workflowId: string; runId?: string | undefined },
): Promise<void> {
  if (encrypts(config)) return;
  const { memo } = await client.workflow
    .getHandle(run.workflowId, run.runId)
    .describe()
    .catch((error: unknown) => {
      throw mapRunError(error, run.workflowId, where);
    });
  unlocked(memo?.[MEMO]);
}

function refusal(error: unknown, workflowId: string): McpaError | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  const typed = cause instanceof ApplicationFailure && cause.type === FAILURE.answerRefused;
  const reason = typed
    ? cause.message
    : `run ${workflowId} takes no answers (${cause?.message ?? error.message})`;
  return new McpaError('ANSWER_REFUSED', reason, {
    hint: 'mcpa inbox lists what waits for an answer',
    cause,
  });
}
