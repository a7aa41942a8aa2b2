import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  scheduleActivity,
  sleep,
} from '@temporalio/workflow';
import {
  type CallToolInput,
  type CallToolOutput,
  type Conversation,
  errorItem,
  FAILURE,
  type GenerateInput,
  type GenerateOutput,
  type RequestParams,
  type RunSettings,
  type ToolCallPart,
  type ToolItem,
  type ToolTarget,
  WIRE,
} from '../core/index.js';
import { type CallOptions, optionsFor } from './activity-options.js';
import { runState, settle } from './run-state.js';

/** One activity of mcpa's; the run's first ones bring its settings along. */
export async function callActivity<O>(
  name: string,
  input: object,
  options: Omit<CallOptions, 'names'>,
  names: string[] = [],
) {
  const full = runState.settings === undefined ? { ...input, wantSettings: true } : input;
  const output = await scheduleActivity<O & { settings?: RunSettings }>(
    name,
    [full],
    optionsFor({ ...options, names: [...names, name] }),
  );
  settle(output.settings);
  return output as O;
}

export interface GenerateCall {
  agent: string;
  turn: number;
  final: boolean;
  model?: string;
  params?: RequestParams;
}

/** One model call by reference; a worker that can't fill the reference gets the whole conversation. */
export async function generate(conversation: Conversation, call: GenerateCall): Promise<GenerateOutput> {
  const send = (whole: boolean) => {
    const input: GenerateInput = {
      agent: call.agent,
      conversation: conversation.id,
      turn: call.turn,
      ...conversation.delta(whole),
    };
    if (call.model !== undefined) input.model = call.model;
    if (call.params !== undefined) input.params = call.params;
    if (call.final) input.final = true;
    return callActivity<GenerateOutput>(WIRE.generate, input, {
      summary: `${call.agent} · turn ${call.turn}`,
    });
  };
  try {
    return await send(false);
  } catch (error) {
    if (failureType(error) !== FAILURE.conversationMiss) throw error;
    return send(true);
  }
}

const NOT_SENT_WAITS_MS = [1_000, 4_000, 15_000];

/** A tool call for the model: what goes wrong with the tool is a result that it reads. */
export async function runMcpTool(
  agent: string,
  call: ToolCallPart,
  target: ToolTarget,
): Promise<{ item: ToolItem; recorded: boolean }> {
  try {
    const output = await callTool(
      {
        agent,
        server: target.server,
        tool: target.tool,
        arguments: call.arguments,
        callId: call.id,
        timeoutMs: target.timeoutMs,
      },
      target,
    );
    const item: ToolItem = { role: 'tool', callId: call.id, id: output.id, content: output.content };
    if (output.isError) item.isError = true;
    return { item, recorded: true };
  } catch (error) {
    const message = describeUnknownOutcome(error, target);
    if (message === undefined) throw error;
    return { item: errorItem(call, message), recorded: false };
  }
}

/** Calls the activity; a request that was never sent is sent again, whatever the tool's annotations. */
export async function callTool(input: CallToolInput, target: ToolTarget): Promise<CallToolOutput> {
  const options = {
    summary: `${target.server}.${target.tool}`,
    timeoutMs: target.timeoutMs + 30_000,
    ...(target.repeatable ? { retry: { maximumAttempts: 4 } } : { once: true }),
    ...(target.taskQueue === undefined ? {} : { taskQueue: target.taskQueue }),
  };
  for (let attempt = 0; ; attempt++) {
    try {
      return await callActivity<CallToolOutput>(WIRE.callTool, input, options, [
        `${target.server}.${target.tool}`,
        target.tool,
      ]);
    } catch (error) {
      // Temporal repeats what may be repeated; here only what was never sent.
      const wait = target.repeatable ? undefined : NOT_SENT_WAITS_MS[attempt];
      if (wait === undefined || isCancellation(error) || failureType(error) !== FAILURE.toolNotSent)
        throw error;
      await sleep(wait);
    }
  }
}

function describeUnknownOutcome(error: unknown, target: ToolTarget): string | undefined {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) return undefined;
  const type = failureType(error);
  const timedOut = error.cause?.name === 'TimeoutFailure';
  if (!timedOut && type !== FAILURE.toolOutcomeUnknown) return undefined;
  const reason = error.cause?.message ?? error.message;
  return target.repeatable
    ? `The tool ${target.tool} failed repeatedly (${reason}).`
    : `The outcome of this call is unknown: it was sent to ${target.server}, but no answer came (${reason}). It was not repeated. Check its effect before you call it again.`;
}

/** The `type` of an activity's application failure. */
export function failureType(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  return error.cause instanceof ApplicationFailure ? (error.cause.type ?? undefined) : undefined;
}
