import {
  CancellationScope,
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  isCancellation,
  makeContinueAsNewFunc,
  setHandler,
} from '@temporalio/workflow';
import {
  type Answer,
  type AskRequest,
  type HostedMessage,
  type HostInput,
  type HostMessage,
  type LoopOutcome,
  type McpSession,
  type NewQuestion,
  type OpenAsk,
  type OwnerReply,
  type OwnerRequest,
  type Refusal,
  type ToolCallPart,
  type ToolItem,
  WIRE,
} from '../../core/index.js';
import { runLocalTool, runToolCall } from '../agent/local-tools.js';
import { readResultCall } from '../agent/read-result.js';
import { Session } from '../agent/session.js';
import { operations, runState } from '../run-state.js';
import { carry, historyIsLong, takeOver } from './carry.js';
import { fromHostError, toHostError } from './failure.js';

/** Workflow `mcpa.agent`: holds the conversation of one agent, serves its calls, and continues as new as it likes. */
export async function agentHost(input: HostInput): Promise<void> {
  const host = new AgentHost(input);
  setHandler(defineSignal<[HostMessage]>(WIRE.host), (message) => host.receive(message));
  runState.refusedElsewhere = (refusal) => host.tellRefusal(refusal);
  operations().sessions.elsewhere = (server, taskQueue, lost) => host.sessionOfOwner(server, taskQueue, lost);
  runState.askElsewhere = (question, timeoutMs) => host.askOwner(question, timeoutMs);
  const conversation = await takeOver(input.conversation, input.carried);
  try {
    await host.serve(
      new Session(
        input.agent,
        conversation,
        { leave: historyIsLong, runTool: (call) => host.runTool(call, conversation) },
        input.turns,
      ),
    );
  } catch (error) {
    // Its owner has ended; there is nobody to tell.
    if (!isCancellation(error)) throw error;
  }
}

class AgentHost {
  private readonly pending: AskRequest[];
  private readonly replies = new Map<number, OwnerReply>();
  private requests: number;
  private closing = false;
  private current: { seq: number; scope: CancellationScope } | undefined;

  constructor(private readonly input: HostInput) {
    this.pending = [...input.pending];
    this.requests = input.requests;
  }

  receive(message: HostMessage): void {
    switch (message.kind) {
      case 'ask':
        this.pending.push(message.ask);
        break;
      case 'reply':
        this.replies.set(message.id, message.reply);
        break;
      case 'close':
        this.closing = true;
        break;
      case 'unheld':
        operations().gate.letPass();
        break;
      case 'cancel': {
        if (this.current?.seq === message.seq) this.current.scope.cancel();
        const at = this.pending.findIndex(({ seq }) => seq === message.seq);
        if (at >= 0) this.pending.splice(at, 1);
      }
    }
  }

  /** Serves calls until its owner needs no more. */
  async serve(session: Session): Promise<void> {
    if (this.input.open !== undefined) await this.run(session, this.input.open);
    for (;;) {
      await condition(() => this.pending.length > 0 || this.closing);
      const request = this.pending.shift();
      if (request === undefined) return;
      await this.run(session, request);
    }
  }

  async runTool(call: ToolCallPart, conversation: Session['conversation']) {
    const { agent } = this.input;
    const activity = agent.activities[call.name];
    if (call.problem !== undefined || call.target !== undefined)
      return runToolCall(agent, conversation, call, []);
    // Results are here, and the owner knows nothing of them.
    const read = readResultCall(conversation, call);
    if (read !== undefined) return { item: read, recorded: false };
    if (activity === undefined) return { item: await this.runAtOwner(call), recorded: false };
    const local = { name: call.name, inputSchema: {}, run: activity };
    return { item: await runLocalTool(local, call), recorded: false };
  }

  async askOwner(question: NewQuestion, timeoutMs: number | undefined): Promise<Answer | undefined> {
    const reply = await this.request({
      kind: 'question',
      question,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return 'answer' in reply ? reply.answer : undefined;
  }

  /** People see and resume the owner; this run's own gate is closed already. */
  tellRefusal(refusal: Refusal): void {
    this.tell({ kind: 'refused', refusal }).catch(() => undefined);
  }

  async sessionOfOwner(server: string, taskQueue: string, lost: number): Promise<McpSession> {
    const reply = await this.request({ kind: 'session', server, taskQueue, lost });
    if ('session' in reply) return reply.session;
    throw new Error(`no session with ${server}`);
  }

  private async runAtOwner(call: ToolCallPart): Promise<ToolItem> {
    const reply = await this.request({ kind: 'tool', call });
    if ('item' in reply) return reply.item;
    throw new Error(`no result of ${call.name}`);
  }

  private async request(request: OwnerRequest): Promise<OwnerReply> {
    const id = ++this.requests;
    await this.tell({ kind: 'request', id, request });
    try {
      await condition(() => this.replies.has(id));
    } catch (error) {
      if (isCancellation(error) && request.kind === 'question')
        await CancellationScope.nonCancellable(() => this.tell({ kind: 'withdrawn', id })).catch(
          () => undefined,
        );
      throw error;
    }
    const reply = this.replies.get(id) as OwnerReply;
    this.replies.delete(id);
    if ('error' in reply) throw fromHostError(reply.error);
    return reply;
  }

  private async run(session: Session, what: AskRequest | OpenAsk): Promise<void> {
    const request = 'request' in what ? what.request : what;
    const scope = new CancellationScope();
    this.current = { seq: request.seq, scope };
    try {
      const { outcome, open } = await scope.run(() =>
        'request' in what ? session.goOn(what) : session.ask(what),
      );
      if ('left' in outcome) await this.continueElsewhere(session, open);
      else
        await this.report(session, request.seq, {
          result: outcome as Exclude<LoopOutcome, { left: unknown }>,
        });
    } catch (error) {
      if (CancellationScope.current().consideredCancelled || isContinuation(error)) throw error;
      await this.report(session, request.seq, { error: toHostError(error) });
    } finally {
      this.current = undefined;
    }
  }

  /** History is long: this run ends at a turn boundary, and the next one goes on with the same call. */
  private continueElsewhere(session: Session, open: OpenAsk): Promise<never> {
    const next: HostInput = {
      ...this.input,
      carried: carry(session.conversation),
      turns: session.turns,
      open,
      pending: this.pending,
      requests: this.requests,
    };
    return makeContinueAsNewFunc<typeof agentHost>({ workflowType: WIRE.agentHost })(next);
  }

  private report(
    session: Session,
    seq: number,
    outcome: (HostedMessage & { kind: 'result' })['outcome'],
  ): Promise<void> {
    const { length, digest } = session.conversation.ref('', '');
    return this.tell({
      kind: 'result',
      seq,
      outcome,
      totals: operations().record.sum,
      length,
      digest,
      turns: session.turns,
    });
  }

  private tell(
    message:
      | Omit<HostedMessage & { kind: 'result' }, 'conversation'>
      | Omit<HostedMessage & { kind: 'request' }, 'conversation'>
      | Omit<HostedMessage & { kind: 'withdrawn' }, 'conversation'>
      | Omit<HostedMessage & { kind: 'refused' }, 'conversation'>,
  ): Promise<void> {
    const { workflowId, runId } = this.input.owner;
    const owner = getExternalWorkflowHandle(workflowId, runId);
    const whole = { conversation: this.input.conversation, ...message } as HostedMessage;
    return operations().gate.ungated(() => owner.signal(WIRE.hosted, whole));
  }
}

function isContinuation(error: unknown): boolean {
  return error instanceof Error && error.name === 'ContinueAsNew';
}
