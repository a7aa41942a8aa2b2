import { CancellationScope, isCancellation, workflowInfo } from '@temporalio/workflow';
import {
  type CallToolInput,
  type CallToolOutput,
  type CancelTaskInput,
  FAILURE,
  type FollowedTask,
  type SessionRef,
  type ToolAsks,
  type ToolTask,
  WIRE,
} from '../../core/index.js';
import type { CallOptions } from '../activity-options.js';
import { operations } from '../run-state.js';
import { failureType } from './activity-cause.js';
import { answered, type Rounds } from './asks/asks.js';
import type { Caller } from './asks/sampling.js';
import { callActivity } from './calls.js';

/** An attempt's looks, and the request that it has begun. */
const LOOK_MS = 90_000;
const CANCEL_MS = 60_000;
/** Before the engine ends the run, its tasks are cancelled. */
const BEFORE_END_MS = 15_000;

/** Does something where the call's server is: anywhere, or in the run's session with it. */
export type InPlace = <O>(
  work: (
    session: { session?: SessionRef },
    place?: Pick<CallOptions, 'taskQueue' | 'scheduleToStartMs'>,
  ) => Promise<O>,
) => Promise<O>;

/** Follows the task that a call was answered with, asks what it asks, and cancels it when nobody waits any more. */
export async function taskResult(
  caller: Caller,
  input: CallToolInput,
  task: ToolTask,
  rounds: Rounds,
  inPlace: InPlace,
): Promise<CallToolOutput | { refused: string }> {
  const { server, tool } = input;
  const name = `${server}.${tool}`;
  const deadline = deadlineOf(task);
  let followed: FollowedTask = { ...pollOf(task), ...(deadline === undefined ? {} : { deadline }) };
  try {
    for (;;) {
      const output = await inPlace((session, place) =>
        callActivity<CallToolOutput>(
          WIRE.callTool,
          { ...input, ...session, task: followed },
          { summary: `${name} · task`, timeoutMs: LOOK_MS, polls: true, ...place },
          [name, tool],
        ),
      );
      if (output.asks === undefined) {
        operations().record.toolCall(input.agent, caller.conversation, 1);
        return output;
      }
      const permit = await answered(caller, input, inTime(output.asks, deadline), rounds);
      if ('refused' in permit) {
        await cancel(input, task, inPlace);
        return permit;
      }
      const { responses = {} } = permit.input.asks ?? {};
      const keys = [...(followed.answered ?? []), ...Object.keys(responses)];
      followed = { ...followed, answered: keys, responses };
    }
  } catch (error) {
    if (isCancellation(error) || failureType(error) === FAILURE.taskTimedOut)
      await cancel(input, task, inPlace);
    throw error;
  }
}

function pollOf({ id, pollMs, expiresAt }: ToolTask): FollowedTask {
  return { id, pollMs, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** The config's, or the run's: after that the engine lets nobody cancel anything. */
function deadlineOf({ timeoutMs }: ToolTask): number | undefined {
  const { executionExpirationTime, runTimeoutMs, runStartTime } = workflowInfo();
  const ends = [
    executionExpirationTime?.getTime(),
    runTimeoutMs && runStartTime.getTime() + runTimeoutMs,
  ].flatMap((end) => (end ? [end - BEFORE_END_MS] : []));
  if (timeoutMs !== undefined) ends.push(Date.now() + timeoutMs);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** A question ends with its task. */
function inTime(asks: ToolAsks, deadline: number | undefined): ToolAsks {
  if (deadline === undefined) return asks;
  const left = Math.max(1, deadline - Date.now());
  return { ...asks, timeoutMs: Math.min(asks.timeoutMs ?? left, left) };
}

/** Best effort, whatever state the run is in: the server may end it or not. */
function cancel({ server, tool }: CallToolInput, { id }: ToolTask, inPlace: InPlace): Promise<void> {
  const input: CancelTaskInput = { server, tool, task: id };
  return CancellationScope.nonCancellable(() =>
    inPlace((session, place) =>
      operations().gate.ungated(() =>
        callActivity<void>(
          WIRE.cancelTask,
          { ...input, ...session },
          {
            summary: `${server}.${tool} · cancel task`,
            timeoutMs: CANCEL_MS,
            retry: { maximumAttempts: 3 },
            ...place,
          },
        ),
      ),
    ).catch(() => undefined),
  );
}
