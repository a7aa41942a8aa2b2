import {
  type AgentSnapshot,
  type AgentSpec,
  type AskRequest,
  Conversation,
  type HostInput,
  type LoopResult,
  type OpenAsk,
} from '../../core/index.js';
import { carry, historyIsLong } from '../host/carry.js';
import { HostedAgent } from '../host/hosted-agent.js';
import { conversationId, runState } from '../run-state.js';
import type { AgentOptions } from './agent.js';
import { runToolCall } from './local-tools.js';
import { Session } from './session.js';
import type { LocalTool } from './tool.js';

/** Where an agent lives: in its own run, until that one's history is long; from then on in a run of its own. */
export class Home {
  readonly id: string;
  private readonly session: Session | undefined;
  private hosted: HostedAgent | undefined;

  constructor(
    private readonly options: AgentOptions,
    private readonly tools: LocalTool[],
    /** A conversation that is elsewhere is taken over by a host, at the first call. */
    private readonly from?: AgentSnapshot | Conversation,
  ) {
    this.id = from instanceof Conversation ? from.id : conversationId(options.name);
    const conversation = this.begin();
    if (conversation === undefined) return;
    runState.conversations.set(this.id, conversation);
    this.session = new Session(
      options,
      conversation,
      {
        leave: historyIsLong,
        runTool: (call) => runToolCall(options, conversation, call, tools),
      },
      from !== undefined && 'v' in from ? from.turns : 0,
    );
  }

  ask(request: AskRequest): Promise<LoopResult> {
    const { hosted, session } = this;
    if (hosted !== undefined) return hosted.ask(request);
    if (session === undefined) return this.settled(this.moveIn(this.from as AgentSnapshot, request), request);
    return session
      .ask(request)
      .then(({ outcome, open }) =>
        'left' in outcome ? this.settled(this.moveOut(session, open), request) : outcome,
      );
  }

  private async settled(moving: Promise<HostedAgent>, { seq }: AskRequest): Promise<LoopResult> {
    this.hosted = await moving;
    return this.hosted.result(seq);
  }

  fork(): Home {
    if (this.hosted !== undefined || this.session === undefined)
      return new Home(this.options, this.tools, this.snapshot());
    const copy = this.session.conversation.fork(conversationId(this.options.name));
    return new Home(this.options, this.tools, copy);
  }

  snapshot(): AgentSnapshot {
    if (this.hosted !== undefined) return this.hosted.snapshot();
    if (this.session === undefined) return this.from as AgentSnapshot;
    return { v: 1, turns: this.session.turns, carried: carry(this.session.conversation) };
  }

  close(): Promise<void> {
    return this.hosted?.close() ?? Promise.resolve();
  }

  /** The conversation that begins here; undefined for one that has to be read from another run. */
  private begin(): Conversation | undefined {
    const { from, options } = this;
    if (from instanceof Conversation) return from;
    if (from !== undefined)
      return 'items' in from.carried ? Conversation.restore(this.id, from.carried.items) : undefined;
    return new Conversation(this.id, {
      role: 'definition',
      agent: options.name,
      instruction: options.instruction,
      serverNames: options.serverNames ?? [],
      tools: this.tools.map(({ run: _, ...spec }) => spec),
    });
  }

  /** History is long: the rest of this call, and all calls to come, are served by a run of the agent's own. */
  private moveOut({ conversation, turns }: Session, open: OpenAsk): Promise<HostedAgent> {
    const at = conversation.ref('', '');
    return this.host({ carried: carry(conversation), turns, open, pending: [] }, at);
  }

  private moveIn({ carried, turns }: AgentSnapshot, request: AskRequest): Promise<HostedAgent> {
    const at = 'ref' in carried ? carried.ref : { length: carried.items.length, digest: '' };
    return this.host({ carried, turns, pending: [request] }, at);
  }

  private host(
    moved: Pick<HostInput, 'carried' | 'turns' | 'open' | 'pending'>,
    at: { length: number; digest: string },
  ): Promise<HostedAgent> {
    const input = { ...moved, agent: this.spec(), conversation: this.id, requests: 0 };
    return HostedAgent.start(input, at, async ({ call }) => {
      const tool = this.tools.filter(({ name }) => name === call.name);
      const { item } = await runToolCall(this.options, NOWHERE, call, tool);
      return { item };
    });
  }

  private spec(): AgentSpec {
    const { name, model, maxIterations, requestParams } = this.options;
    const activities = this.tools.flatMap(({ name: tool, run }) =>
      typeof run === 'string' ? [[tool, run] as const] : [],
    );
    return {
      name,
      activities: Object.fromEntries(activities),
      ...(model === undefined ? {} : { model }),
      ...(maxIterations === undefined ? {} : { maxIterations }),
      ...(requestParams === undefined ? {} : { requestParams }),
    };
  }
}

/** A local tool knows its arguments only; the conversation is with the host. */
const NOWHERE = new Conversation('', {
  role: 'definition',
  agent: '',
  instruction: '',
  serverNames: [],
  tools: [],
});
