import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import {
  FAILURE,
  type PushedQuestion,
  type PushedSampling,
  type SampledMessage,
  type SamplingReply,
  type ToolAnswer,
  type ToolQuestion,
  WIRE,
} from '../../../core/index.js';
import type { AsksPolicy, SamplingRules } from '../../mcp/asks/policy.js';
import { readSampling } from '../../mcp/asks/read-sampling.js';

const AGAIN_MS = 1_000;
/** The answer has to reach the tool before its call's time is over. */
const MARGIN_MS = 500;

type Pushed = PushedQuestion | PushedSampling;
type What = Pick<PushedQuestion, 'question'> | Pick<PushedSampling, 'sampling'>;

/** What came in the middle of an activity's call goes to its own run: what a person is asked, and what the model is. */
export class AskRun {
  #updates = 0;
  #questions = 0;
  #samplings = 0;

  constructor(
    private readonly context: Context,
    private readonly call: number,
    private readonly deadline: number,
    private readonly policy: AsksPolicy = { maxRounds: 0 },
    private readonly rules: SamplingRules | undefined = undefined,
  ) {}

  async question(question: ToolQuestion, signal: AbortSignal): Promise<ToolAnswer> {
    const { maxRounds, timeoutMs } = this.policy;
    // Each question is an update of the run, which can take so many and no more.
    if (++this.#questions > maxRounds) throw new Error(`a call may ask ${maxRounds} times`);
    return this.#ask<ToolAnswer>({ question }, timeoutMs, signal);
  }

  async sampling(params: unknown, signal: AbortSignal): Promise<SampledMessage> {
    const { rules } = this;
    if (rules === undefined) throw new Error('no model can be asked here');
    const sampling = readSampling(params, rules);
    if ('problem' in sampling) throw new Error(`the model can't be asked for ${sampling.problem}`);
    if (++this.#samplings > rules.maxRequests)
      throw new Error(`a call may ask the model ${rules.maxRequests} times`);
    const reply = await this.#ask<SamplingReply>({ sampling }, rules.timeoutMs, signal);
    if ('refused' in reply) throw new Error(`no answer of the model: ${reply.refused}`);
    return reply.message;
  }

  /** An update carries both: the question stands in the run, whichever worker has it, and nothing is polled. */
  async #ask<T>(what: What, timeoutMs: number | undefined, signal: AbortSignal): Promise<T> {
    const { context, call, deadline } = this;
    const { activityId, attempt, workflowExecution } = context.info;
    const { workflowId = '', runId } = workflowExecution ?? {};
    const left = Math.max(1, deadline - Date.now() - MARGIN_MS);
    const pushed: Pushed = { call, attempt, ...what, timeoutMs: Math.min(timeoutMs ?? left, left) };
    // One id for all tries: an engine that restarts meanwhile has the question already.
    const updateId = `mcpa-ask-${activityId}-${attempt}-${++this.#updates}`;
    const handle = context.client.workflow.getHandle(workflowId, runId);
    const over = AbortSignal.any([signal, context.cancellationSignal]);
    const abandoned = new Promise<never>((_, reject) => {
      over.addEventListener('abort', () => reject(over.reason), { once: true });
    });
    for (;;) {
      const answer = handle.executeUpdate<T, [Pushed]>(WIRE.ask, { args: [pushed], updateId });
      try {
        return await Promise.race([answer, abandoned]);
      } catch (error) {
        answer.catch(() => undefined);
        if (over.aborted || refused(error) || Date.now() >= deadline) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }
}

/** Asked again, it may be taken: the run has many open, or the engine says that no worker looked at it (`UnprocessedUpdate`). */
const LATER = [FAILURE.askLater, 'UnprocessedUpdate'];

/** The run turned the question down, for good. */
function refused(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'WorkflowUpdateFailedError') return false;
  return !(error.cause instanceof ApplicationFailure && LATER.includes(error.cause.type ?? ''));
}
