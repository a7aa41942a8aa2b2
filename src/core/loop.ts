import type { GenerateOutput, RequestParams, RunSettings, StopReason } from './contract.js';
import type { Conversation } from './conversation.js';
import { type ToolCallPart, type ToolItem, textOf } from './messages.js';
import { addUsage, NO_USAGE, type Usage } from './usage.js';

/** How the loop reaches the world; the sandbox injects activities, a test plain functions. */
export interface LoopEffects {
  /** Asks the model; never returns without an answer. */
  generate(conversation: Conversation, turn: number, final: boolean): Promise<GenerateOutput>;
  /** Runs one tool call; a tool's own error is a result, a throw ends the run. */
  runTool(call: ToolCallPart): Promise<{ item: ToolItem; recorded: boolean }>;
  settings(): RunSettings;
  /** True where the rest of the turns goes elsewhere; asked at each turn boundary. */
  leave?(): boolean;
}

/** How far a loop has come. */
export interface LoopProgress {
  turns: number;
  usage: Usage;
}

export interface LoopResult {
  text: string;
  turns: number;
  usage: Usage;
  stopReason: StopReason;
}

/** An answer, or how far it came before the rest went elsewhere. */
export type LoopOutcome = LoopResult | { left: LoopProgress };

/**
 * Asks the model, runs the tools it asked for, and repeats until it answers.
 * On the last turn tools are withheld, so that the model answers. `done`: turns made elsewhere before.
 */
export async function runLoop(
  conversation: Conversation,
  firstTurn: number,
  params: RequestParams,
  effects: LoopEffects,
  done: LoopProgress = { turns: 0, usage: NO_USAGE },
): Promise<LoopOutcome> {
  let { usage } = done;
  for (let turns = done.turns + 1; ; turns++) {
    if (effects.leave?.()) return { left: { turns: turns - 1, usage } };
    // Settings are known with the first reply at the latest; before it the worker minds a limit of one turn.
    const limit = () => params.maxIterations ?? effects.settings().maxIterations;
    const withhold = turns >= limit();
    const reply = await effects.generate(conversation, firstTurn + turns - 1, withhold);
    const final = withhold || turns >= limit();
    usage = addUsage(usage, reply.usage);
    conversation.addReply(reply);
    const calls = reply.content.filter((part): part is ToolCallPart => part.type === 'tool_call');
    if (calls.length === 0 || final) {
      for (const call of calls) conversation.addToolResult(withheld(call), false);
      const stopReason = final && calls.length > 0 ? 'max_iterations' : reply.stopReason;
      return { text: textOf(reply.content), turns, usage, stopReason };
    }
    const parallel = params.parallelToolCalls ?? effects.settings().parallelToolCalls;
    const results: Awaited<ReturnType<LoopEffects['runTool']>>[] = [];
    if (parallel && calls.length > 1)
      results.push(...(await Promise.all(calls.map((call) => effects.runTool(call)))));
    else for (const call of calls) results.push(await effects.runTool(call));
    for (const { item, recorded } of results) conversation.addToolResult(item, recorded);
  }
}

/** Providers refuse a conversation with an unanswered tool call. */
function withheld(call: ToolCallPart): ToolItem {
  return errorItem(call, 'Not run: the turn limit of this agent was reached.');
}

/** A tool result that tells the model why a call was not made or failed. */
export function errorItem(call: ToolCallPart, message: string): ToolItem {
  return {
    role: 'tool',
    callId: call.id,
    id: `e-${call.id}`,
    content: [{ type: 'text', text: message }],
    isError: true,
  };
}
