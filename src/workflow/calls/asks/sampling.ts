import { isCancellation, rootCause, TemporalFailure } from '@temporalio/workflow';
import {
  type CallToolInput,
  Conversation,
  type RequestParams,
  type SamplingReply,
  samplingStopReason,
  shownSampling,
  type ToolSampling,
  textOf,
} from '../../../core/index.js';
import { ask } from '../../operate/human-input.js';
import { conversationId, runState } from '../../run-state.js';
import { generate } from '../calls.js';

/** Whose calls they are. */
export interface Caller {
  conversation: string;
  /** The agent's; undefined: the config's default. */
  model?: string | undefined;
}

/** Has the agent's model answer what a tool asks it, once a person has approved it where the config wants that. */
export async function sample(
  caller: Caller,
  input: CallToolInput,
  sampling: ToolSampling,
): Promise<SamplingReply> {
  const refused = sampling.ask && (await refusal(input, sampling));
  if (refused) return refused;
  const { agent, server, tool } = input;
  const conversation = begin(caller, input, sampling);
  const { model } = caller;
  // The worker may read it back from here, as any other.
  runState.conversations.set(conversation.id, conversation);
  try {
    const { content, stopReason, ...output } = await generate(conversation, {
      agent,
      turn: 1,
      final: false,
      limited: true,
      params: paramsOf(sampling),
      summary: `${agent} · asked by ${server}.${tool}`,
      ...(model === undefined ? {} : { model }),
    });
    return {
      message: {
        role: 'assistant',
        content: { type: 'text', text: textOf(content) },
        model: output.model,
        stopReason: samplingStopReason(stopReason),
      },
    };
  } catch (error) {
    if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
    return { refused: 'the model gave no answer', why: rootCause(error) ?? error.message };
  } finally {
    runState.conversations.delete(conversation.id);
  }
}

/** A conversation of its own: the tool sees nothing of the agent's, and the model gets no tools. */
function begin(
  caller: Caller,
  { agent, server, tool, callId }: CallToolInput,
  { messages, systemPrompt }: ToolSampling,
): Conversation {
  // The call's id: the agent may go on in another run, which numbers anew.
  const id = conversationId(`${caller.conversation}/${server}.${tool}/${callId}`);
  const conversation = new Conversation(id, {
    role: 'definition',
    agent,
    instruction: systemPrompt ?? '',
    serverNames: [],
    tools: [],
  });
  for (const [index, { role, content }] of messages.entries()) {
    if (role === 'user') conversation.addUser({ role, content });
    else {
      const text = textOf(content);
      conversation.addAnswer({ role, id: `given-${index}`, content: [{ type: 'text', text }] });
    }
  }
  return conversation;
}

function paramsOf({ maxTokens, temperature, stopSequences }: ToolSampling): RequestParams {
  return {
    maxTokens,
    ...(temperature === undefined ? {} : { temperature }),
    ...(stopSequences === undefined ? {} : { stopSequences }),
  };
}

/** Why the model is not asked; undefined: a person approved it. */
async function refusal(
  input: CallToolInput,
  sampling: ToolSampling,
): Promise<{ refused: string; why?: string } | undefined> {
  const { agent, server, tool, arguments: args } = input;
  const answer = await ask(
    {
      kind: 'sampling',
      prompt: `Let the model of ${agent} answer ${server}.${tool}?`,
      agent,
      tool: { server, tool, arguments: args },
      sampling: shownSampling(sampling),
    },
    sampling.timeoutMs,
  );
  if (answer === undefined) return { refused: 'nobody approved it in time' };
  if (answer.decision === 'approve') return undefined;
  const why = [answer.by, answer.text].filter(Boolean).join(': ');
  return { refused: 'a person refused it', ...(why && { why }) };
}
