import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import { type PushedQuestion, type ToolAnswer, type ToolQuestion, WIRE } from '../../../core/index.js';
import type { AsksPolicy } from '../../mcp/asks/policy.js';

const AGAIN_MS = 1_000;
/** The answer has to reach the tool before its call's time is over. */
const MARGIN_MS = 500;

/**
 * Asks the activity's own run a question that came in the middle of the call, and waits for the answer. An update
 * carries both: the question stands in the run, whichever worker has it, and nothing is polled.
 */
export function askRun(
  context: Context,
  call: number,
  deadline: number,
  { timeoutMs, maxRounds }: AsksPolicy = { maxRounds: 0 },
): (question: ToolQuestion, signal: AbortSignal) => Promise<ToolAnswer> {
  let asked = 0;
  return async (question, signal) => {
    // Each question is an update of the run, which can take so many and no more.
    if (++asked > maxRounds) throw new Error(`a call may ask ${maxRounds} times`);
    const { activityId, attempt, workflowExecution } = context.info;
    const { workflowId = '', runId } = workflowExecution ?? {};
    const left = Math.max(1, deadline - Date.now() - MARGIN_MS);
    const pushed: PushedQuestion = { call, attempt, question, timeoutMs: Math.min(timeoutMs ?? left, left) };
    // One id for all tries: an engine that restarts meanwhile has the question already.
    const updateId = `mcpa-ask-${activityId}-${attempt}-${asked}`;
    const handle = context.client.workflow.getHandle(workflowId, runId);
    const over = AbortSignal.any([signal, context.cancellationSignal]);
    const abandoned = new Promise<never>((_, reject) => {
      over.addEventListener('abort', () => reject(over.reason), { once: true });
    });
    for (;;) {
      const answer = handle.executeUpdate<ToolAnswer, [PushedQuestion]>(WIRE.ask, {
        args: [pushed],
        updateId,
      });
      try {
        return await Promise.race([answer, abandoned]);
      } catch (error) {
        answer.catch(() => undefined);
        const refused = error instanceof Error && error.name === 'WorkflowUpdateFailedError';
        if (over.aborted || refused || Date.now() >= deadline) throw error;
        await sleep(AGAIN_MS);
      }
    }
  };
}
