import { ActivityFailure, isCancellation, sleep } from '@temporalio/workflow';
import {
  type AgentSpec,
  type CallToolInput,
  type CallToolOutput,
  type Conversation,
  errorItem,
  FAILURE,
  type ToolCallPart,
  type ToolItem,
  type ToolTarget,
  WIRE,
} from '../../core/index.js';
import { type CallOptions, retryFor } from '../activity-options.js';
import { operations, runState } from '../run-state.js';
import { failureType } from './activity-cause.js';
import { approvalWanted, type Permit, permission } from './approval.js';
import { answered, type Rounds } from './asks/asks.js';
import type { Caller } from './asks/sampling.js';
import { callActivity } from './calls.js';
import { inSession, isSessionLost, sessionWanted } from './in-sessions.js';
import { type InPlace, taskResult } from './tasks.js';

/** Half a minute in all: a server that is deployed anew is away that long. */
const NOT_SENT_WAITS_MS = [1_000, 5_000, 25_000];
/** The same of what the engine repeats: 1, 2, 4, 8 and 16 s. */
const ATTEMPTS = 6;
/** Of these, requests that may have reached the server. */
const MOST_SENDS = 4;

/** A tool call for the model: what goes wrong with the tool is a result that it reads. */
export function runMcpTool(
  { name: agent, model }: Pick<AgentSpec, 'name' | 'model'>,
  conversation: Conversation,
  call: ToolCallPart,
  target: ToolTarget,
): Promise<{ item: ToolItem; recorded: boolean }> {
  const { server, tool, timeoutMs } = target;
  const input = { agent, server, tool, arguments: call.arguments, callId: call.id, timeoutMs };
  return callTool({ conversation: conversation.id, model }, input, target).then(
    (output) => {
      if ('refused' in output) return { item: errorItem(call, output.refused), recorded: false };
      const item: ToolItem = { role: 'tool', callId: call.id, id: output.id, content: output.content };
      if (output.isError) item.isError = true;
      if (output.limit !== undefined) item.limit = output.limit;
      return { item, recorded: true };
    },
    (error: unknown) => {
      const message = describeUnknownOutcome(error, target);
      if (message === undefined) throw error;
      return { item: errorItem(call, message), recorded: false };
    },
  );
}

/** Calls the tool, after a person's approval where one is wanted. */
export async function callTool(
  caller: Caller,
  input: CallToolInput,
  target: ToolTarget,
): Promise<CallToolOutput | { refused: string }> {
  let taskQueue = target.taskQueue ?? operations().sessions.taskQueueOf(target.server);
  let permit: Permit = target.approval === undefined ? { input } : await permission(input, target.approval);
  const rounds: Rounds = { round: 1, samplings: 0 };
  const inPlace: InPlace = (work) =>
    taskQueue === undefined
      ? work({})
      : inSession(target.server, taskQueue, caller.conversation, (session, place) =>
          work({ session }, place),
        );
  for (;;) {
    if ('refused' in permit) return permit;
    const { input: permitted } = permit;
    try {
      const output = await inPlace((session, place) =>
        send(caller, { ...permitted, ...session }, target, place),
      );
      if (output.task !== undefined) return await taskResult(caller, permitted, output.task, rounds, inPlace);
      if (output.asks === undefined) return output;
      permit = await answered(caller, permitted, output.asks, rounds);
    } catch (error) {
      const wanted = sessionWanted(error);
      if (wanted !== undefined && taskQueue === undefined) {
        taskQueue = wanted.taskQueue;
        continue;
      }
      const approval = approvalWanted(error);
      if (approval === undefined || permitted.approved) throw error;
      permit = await permission(permitted, approval);
    }
  }
}

/** Calls the activity; a request that was never sent is sent again, whatever the tool's annotations. */
async function send(
  caller: Caller,
  input: CallToolInput,
  target: ToolTarget,
  place: Pick<CallOptions, 'taskQueue' | 'scheduleToStartMs'> = {},
): Promise<CallToolOutput> {
  const names = [`${target.server}.${target.tool}`, target.tool];
  const options = {
    summary: names[0] as string,
    timeoutMs: target.timeoutMs + 30_000,
    ...(target.repeatable ? { retry: { maximumAttempts: ATTEMPTS } } : { once: true }),
    ...place,
  };
  const policy = retryFor([...names, WIRE.callTool], runState.options.retry);
  const asked = policy?.maximumAttempts === undefined ? { ...input, mostSends: MOST_SENDS } : input;
  const { record, gate, calls } = operations();
  for (let attempt = 0; ; attempt++) {
    try {
      const output = await calls.during(caller, asked, (numbered) =>
        callActivity<CallToolOutput>(WIRE.callTool, numbered, options, names),
      );
      // What asks has done nothing yet, and a task is not done: it is one call, counted at its end.
      if (output.asks === undefined && output.task === undefined)
        record.toolCall(input.agent, caller.conversation, attempt + (output.attempt ?? 1));
      return output;
    } catch (error) {
      // Temporal repeats what may be repeated; here only what was never sent.
      const wait = target.repeatable ? undefined : NOT_SENT_WAITS_MS[attempt];
      if (wait === undefined || isCancellation(error) || failureType(error) !== FAILURE.toolNotSent)
        throw error;
      await gate.ungated(() => sleep(wait, { summary: `mcpa: ${names[0]} again` }));
    }
  }
}

function describeUnknownOutcome(error: unknown, target: ToolTarget): string | undefined {
  if (isSessionLost(error))
    return `${error.message}. The next call to ${target.server} begins a new session, which is empty.`;
  if (isCancellation(error) || !(error instanceof ActivityFailure)) return undefined;
  const type = failureType(error);
  if (type === FAILURE.taskLost || type === FAILURE.taskTimedOut) {
    const asked = type === FAILURE.taskTimedOut ? ', and was cancelled' : '';
    const reason = error.cause?.message ?? error.message;
    return `The outcome of this call is unknown: it went on at ${target.server} as a task that gave no result${asked} (${reason}). Check its effect before you call it again.`;
  }
  const timedOut = error.cause?.name === 'TimeoutFailure';
  if (!timedOut && type !== FAILURE.toolOutcomeUnknown) return undefined;
  const reason = error.cause?.message ?? error.message;
  return target.repeatable
    ? `The tool ${target.tool} failed repeatedly (${reason}).`
    : `The outcome of this call is unknown: it was sent to ${target.server}, but no answer came (${reason}). It was not repeated. Check its effect before you call it again.`;
}
