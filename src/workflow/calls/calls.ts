import { ApplicationFailure, scheduleActivity, sleep } from '@temporalio/workflow';
import {
  type Conversation,
  type ConversationDelta,
  FAILURE,
  type GenerateInput,
  type GenerateOutput,
  type RequestParams,
  type RunSettings,
  utf8Length,
  WIRE,
} from '../../core/index.js';
import { type CallOptions, optionsFor } from '../activity-options.js';
import { operations, runState, settle } from '../run-state.js';
import { failureType } from './activity-cause.js';
import { afterRefusal } from './after-refusal.js';

/** One activity of mcpa's; the run's first ones bring its settings along. */
export function callActivity<O>(
  name: string,
  input: object,
  options: Omit<CallOptions, 'names'>,
  names: string[] = [],
): Promise<O> {
  const full = runState.settings === undefined ? { ...input, wantSettings: true } : input;
  // One promise, not two: the SDK takes a stack for each.
  return scheduleActivity<O & { settings?: RunSettings }>(
    name,
    [full],
    optionsFor({ ...options, names: [...names, name] }),
  ).then(
    (output) => {
      settle(output.settings);
      return output;
    },
    (error: unknown) => afterRefusal(error, () => callActivity(name, input, options, names)),
  );
}

export interface GenerateCall {
  agent: string;
  turn: number;
  final: boolean;
  /** The caller has a limit of its own. */
  limited?: boolean;
  model?: string;
  params?: RequestParams;
  /** Instead of the turn, for people who look at the run's history. */
  summary?: string;
}

/** One model call by reference; a worker that can't fill the reference gets the whole conversation. */
export function generate(conversation: Conversation, call: GenerateCall): Promise<GenerateOutput> {
  const { modelTimeoutMs } = runState.options;
  const send = (whole: boolean) => {
    const input: GenerateInput = {
      agent: call.agent,
      conversation: conversation.id,
      turn: call.turn,
      ...fitting(conversation.delta(whole)),
    };
    if (call.model !== undefined) input.model = call.model;
    if (call.params !== undefined) input.params = call.params;
    if (call.final) input.final = true;
    else if (!call.limited && runState.settings === undefined) input.limitUnknown = true;
    return callActivity<GenerateOutput>(WIRE.generate, input, {
      summary: call.summary ?? `${call.agent} · turn ${call.turn}`,
      ...(modelTimeoutMs === undefined ? {} : { timeoutMs: modelTimeoutMs }),
    });
  };
  return send(false)
    .catch((error: unknown) => {
      if (failureType(error) !== FAILURE.conversationMiss) throw error;
      return sendAgain(conversation, call.agent, send);
    })
    .then((output) => {
      operations().record.turn(call.agent, conversation.id, output.usage, output.attempt);
      return output;
    });
}

/** The engine refuses payloads over 2 MB, and a task that brings one is repeated without end and without a pause. */
const MAX_INPUT_BYTES = 1_800_000;
const AGAIN_MS = [2_000, 10_000, 30_000];

/** What is too large to send is read by the worker from the run, page by page. */
function fitting(delta: ConversationDelta): ConversationDelta {
  return utf8Length(JSON.stringify(delta)) <= MAX_INPUT_BYTES
    ? delta
    : { ...delta, from: delta.length, add: [] };
}

async function sendAgain(
  conversation: Conversation,
  agent: string,
  send: (whole: boolean) => Promise<GenerateOutput>,
): Promise<GenerateOutput> {
  const bytes = utf8Length(JSON.stringify(conversation.delta(true)));
  if (bytes <= MAX_INPUT_BYTES) return send(true);
  // A page holds one message at least: with one that is too large there is nothing to wait for.
  const hopeless = conversation.items.some((item) => utf8Length(JSON.stringify(item)) > MAX_INPUT_BYTES);
  for (const wait of hopeless ? [] : AGAIN_MS) {
    await operations().gate.ungated(() => sleep(wait, { summary: `mcpa: ${agent} again` }));
    try {
      return await send(false);
    } catch (error) {
      if (failureType(error) !== FAILURE.conversationMiss) throw error;
    }
  }
  throw ApplicationFailure.nonRetryable(
    `The conversation of ${agent} has ${bytes} bytes, and its worker could not read it back; no single message may be over 2 MB.`,
    'mcpa.ConversationTooLarge',
  );
}
