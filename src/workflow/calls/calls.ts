import { ActivityFailure, ApplicationFailure, scheduleActivity } from '@temporalio/workflow';
import {
  type Conversation,
  FAILURE,
  type GenerateInput,
  type GenerateOutput,
  type RequestParams,
  type RunSettings,
  WIRE,
} from '../../core/index.js';
import { type CallOptions, optionsFor } from '../activity-options.js';
import { operations, runState, settle } from '../run-state.js';

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
  const output = await send(false).catch((error: unknown) => {
    if (failureType(error) !== FAILURE.conversationMiss) throw error;
    return send(true);
  });
  operations().record.turn(call.agent, conversation.id, output.usage, output.attempt);
  return output;
}

/** The `type` of an activity's application failure. */
export function failureType(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  return error.cause instanceof ApplicationFailure ? (error.cause.type ?? undefined) : undefined;
}
