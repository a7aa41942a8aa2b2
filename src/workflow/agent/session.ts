import {
  type AgentSpec,
  type AskRequest,
  type Conversation,
  type LoopOutcome,
  type OpenAsk,
  runLoop,
  type ToolCallPart,
  type ToolItem,
} from '../../core/index.js';
import { generate } from '../calls/calls.js';
import { settings } from '../run-state.js';

export interface SessionEffects {
  runTool(call: ToolCallPart): Promise<{ item: ToolItem; recorded: boolean }>;
  /** True where the rest of the turns goes to another run. */
  leave(): boolean;
}

/** One agent's calls on one conversation, in this run: in the agent's own, or in its host. */
export class Session {
  constructor(
    private readonly agent: Pick<AgentSpec, 'name' | 'model' | 'maxIterations' | 'requestParams'>,
    readonly conversation: Conversation,
    private readonly effects: SessionEffects,
    /** Turns so far. */
    public turns = 0,
  ) {}

  /** Adds the message and runs its turns; `open` is what goes on elsewhere when they were left. */
  ask(request: AskRequest): Promise<{ outcome: LoopOutcome; open: OpenAsk }> {
    const { content, outputSchema } = request;
    this.conversation.addUser({
      role: 'user',
      content,
      ...(outputSchema === undefined ? {} : { outputSchema }),
    });
    const progress = { turns: 0, usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } };
    return this.goOn({ request, firstTurn: this.turns + 1, progress });
  }

  /** Goes on with a call whose message stands in the conversation. */
  goOn(open: OpenAsk): Promise<{ outcome: LoopOutcome; open: OpenAsk }> {
    const { name, model } = this.agent;
    const params = { ...this.agent.requestParams, ...open.request.params };
    const { maxIterations, parallelToolCalls: _, ...request } = params;
    const limit = maxIterations ?? this.agent.maxIterations;
    return runLoop(
      this.conversation,
      open.firstTurn,
      limit === undefined ? params : { ...params, maxIterations: limit },
      {
        settings,
        leave: this.effects.leave,
        runTool: this.effects.runTool,
        generate: (conversation, turn, final) => {
          this.turns = turn;
          return generate(conversation, {
            agent: name,
            turn,
            final,
            limited: limit !== undefined,
            ...(model === undefined ? {} : { model }),
            ...(Object.keys(request).length === 0 ? {} : { params: request }),
          });
        },
      },
      open.progress,
    ).then((outcome) => ({
      outcome,
      open: 'left' in outcome ? { ...open, progress: outcome.left } : open,
    }));
  }
}
