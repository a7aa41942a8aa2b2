import {
  type AssistantPart,
  type CallToolInput,
  type GenerateInput,
  textOf,
  WIRE,
} from '../../../core/index.js';
import type { AskedCall, Attempts, EventBody, ModelCallRef, ToolCallRef } from '../events.js';
import { isCallToolInput, isCallToolOutput, isGenerateInput, isGenerateOutput } from '../wire-shapes.js';
import { shortArguments, shortText } from './shorten.js';

/** An activity that history says is open. */
export interface OpenActivity {
  id: string;
  name: string;
  input: unknown;
  /** Milliseconds. */
  at: number;
  /** The turn that asked for a tool call. */
  turn?: { conversation: string; turn: number };
}

export function started(activity: OpenActivity): EventBody {
  const { id: activityId, name } = activity;
  if (isModelCall(activity)) return { type: 'turn_started', ...modelRef(activity) };
  if (isToolCall(activity)) {
    const { arguments: args } = activity.input;
    return { type: 'tool_call_started', ...toolRef(activity), arguments: shortArguments(args) };
  }
  return { type: 'activity_started', name, activityId };
}

export function completed(
  activity: OpenActivity,
  ms: number,
  result: unknown,
  attempts: Attempts,
): EventBody {
  if (isModelCall(activity) && isGenerateOutput(result)) {
    const { model, usage, content, stopReason } = result;
    return {
      type: 'model_call_completed',
      ...modelRef(activity),
      model,
      usage,
      ...(usage.cost === undefined ? {} : { cost: usage.cost }),
      ms,
      text: textOf(content),
      toolCalls: askedCalls(content),
      stopReason,
      ...attempts,
    };
  }
  if (isToolCall(activity) && isCallToolOutput(result)) {
    const isError = result.isError === true;
    const text = shortText(textOf(result.content));
    const asks = result.asks && { asks: Object.keys(result.asks.questions).length };
    const task = result.task && { task: result.task.id };
    const how = { ...asks, ...task, ...triesOf(activity, attempts) };
    return { type: 'tool_call_completed', ...toolRef(activity), ms, isError, text, ...how };
  }
  return { type: 'activity_completed', name: activity.name, activityId: activity.id, ms, ...attempts };
}

export function failed(activity: OpenActivity, ms: number, message: string, attempts: Attempts): EventBody {
  const how = { ms, message, ...attempts };
  if (isModelCall(activity)) return { type: 'model_call_failed', ...modelRef(activity), ...how };
  if (isToolCall(activity)) {
    const tries = triesOf(activity, attempts);
    return { type: 'tool_call_failed', ...toolRef(activity), ms, message, ...tries };
  }
  return { type: 'activity_failed', name: activity.name, activityId: activity.id, ...how };
}

/** Each look at a task is an attempt; they say nothing of how the call went. */
function triesOf({ input }: { input: CallToolInput }, attempts: Attempts): Attempts {
  return input.task === undefined ? attempts : { attempt: 1 };
}

/** Input that doesn't decode (a codec) leaves a plain activity. */
export function isModelCall(activity: OpenActivity): activity is OpenActivity & { input: GenerateInput } {
  return activity.name === WIRE.generate && isGenerateInput(activity.input);
}

export function isToolCall(activity: OpenActivity): activity is OpenActivity & { input: CallToolInput } {
  return activity.name === WIRE.callTool && isCallToolInput(activity.input);
}

export function modelRef(activity: OpenActivity & { input: GenerateInput }): ModelCallRef {
  const { agent, conversation, turn } = activity.input;
  return { agent, conversation, turn, activityId: activity.id };
}

export function toolRef(activity: OpenActivity & { input: CallToolInput }): ToolCallRef {
  const { agent, callId, server, tool } = activity.input;
  return { agent, activityId: activity.id, callId, server, tool, ...activity.turn };
}

function askedCalls(content: AssistantPart[]): AskedCall[] {
  return content.flatMap((part) => {
    if (part.type !== 'tool_call') return [];
    const { id, name, target, problem } = part;
    return [
      {
        id,
        name,
        arguments: shortArguments(part.arguments),
        ...(target === undefined ? {} : { server: target.server, tool: target.tool }),
        ...(problem === undefined ? {} : { problem }),
      },
    ];
  });
}
