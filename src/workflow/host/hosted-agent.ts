import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  type ChildWorkflowHandle,
  condition,
  isCancellation,
  ParentClosePolicy,
  startChild,
  type Workflow,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type AgentSnapshot,
  type AskRequest,
  FAILURE,
  type HostedMessage,
  type HostInput,
  type HostMessage,
  type LoopResult,
  NO_TOTALS,
  type OwnerReply,
  type OwnerRequest,
  type RunTotals,
  WIRE,
} from '../../core/index.js';
import { ask } from '../operate/human-input.js';
import { operations, runState } from '../run-state.js';
import { fromHostError, toHostError } from './failure.js';

type Outcome = (HostedMessage & { kind: 'result' })['outcome'];

/** What a host can't do itself: the owner has the code of the local tools. */
export type RunLocal = (request: OwnerRequest & { kind: 'tool' }) => Promise<OwnerReply>;

/** An agent that lives in a run of its own, as its owner sees it. */
export class HostedAgent {
  private readonly outcomes = new Map<number, Outcome>();
  /** What it has asked and waits for. */
  private readonly asked = new Map<number, CancellationScope>();
  private lost: unknown;
  private totals: RunTotals = NO_TOTALS;
  private at: { length: number; digest: string; turns: number };

  private constructor(
    private readonly agent: string,
    private readonly conversation: string,
    private readonly child: ChildWorkflowHandle<Workflow>,
    private readonly runLocal: RunLocal,
    /** The conversation as it moved. */
    { length, digest, turns }: { length: number; digest: string; turns: number },
  ) {
    this.at = { length, digest, turns };
  }

  static async start(
    input: Omit<HostInput, 'owner'>,
    at: { length: number; digest: string },
    runLocal: RunLocal,
  ): Promise<HostedAgent> {
    const { workflowId, runId } = workflowInfo();
    // A cancelled call ends in its host by a message: the host itself serves the calls that come after.
    const child = await CancellationScope.nonCancellable(() =>
      startChild(WIRE.agentHost, {
        workflowId: `${workflowId}/${input.conversation}/${runId.slice(0, 8)}`,
        args: [{ ...input, owner: { workflowId, runId } } satisfies HostInput],
        cancellationType: ChildWorkflowCancellationType.ABANDON,
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `agent ${input.agent.name}`,
      }),
    );
    const hosted = new HostedAgent(input.agent.name, input.conversation, child, runLocal, {
      ...at,
      turns: input.turns,
    });
    runState.hosted.set(input.conversation, hosted);
    child.result().then(
      () => hosted.ended(new Error('its host has ended')),
      (error: unknown) => hosted.ended(error),
    );
    if (operations().gate.paused !== undefined) await hosted.pause(true);
    return hosted;
  }

  get workflowId(): string {
    return this.child.workflowId;
  }

  /** The conversation as of the last answer, for another run. */
  snapshot(): AgentSnapshot {
    const { length, digest, turns } = this.at;
    const ref = { workflowId: this.workflowId, conversation: this.conversation, length, digest };
    return { v: 1, turns, carried: { ref } };
  }

  async ask(request: AskRequest): Promise<LoopResult> {
    await this.tell({ kind: 'ask', ask: request });
    return this.result(request.seq);
  }

  /** Waits for the answer of a call that the host has. */
  async result(seq: number): Promise<LoopResult> {
    try {
      await condition(() => this.outcomes.has(seq) || this.lost !== undefined);
    } catch (error) {
      if (isCancellation(error))
        await CancellationScope.nonCancellable(() => this.tell({ kind: 'cancel', seq })).catch(
          () => undefined,
        );
      throw error;
    }
    const outcome = this.outcomes.get(seq);
    this.outcomes.delete(seq);
    if (outcome === undefined) throw this.lossOf();
    if ('error' in outcome) throw fromHostError(outcome.error);
    return outcome.result;
  }

  /** The host ends when it has nothing left to do; one that is lost has ended. */
  async close(): Promise<void> {
    if (this.lost === undefined) await this.tell({ kind: 'close' }).catch(() => undefined);
  }

  async pause(paused: boolean): Promise<void> {
    if (this.lost !== undefined) return;
    const name = paused ? WIRE.pause : WIRE.resume;
    await operations()
      .gate.ungated(() => this.child.signal(name))
      .catch(() => undefined);
  }

  /** A message of the host. */
  receive(message: HostedMessage): void {
    if (message.kind === 'request') {
      void this.serve(message.id, message.request);
      return;
    }
    if (message.kind === 'withdrawn') {
      this.asked.get(message.id)?.cancel();
      return;
    }
    if (message.kind === 'refused') {
      if (!operations().gate.refuse(message.refusal))
        void this.tell({ kind: 'unheld' }).catch(() => undefined);
      return;
    }
    const { seq, outcome, totals, length, digest, turns } = message;
    operations().record.hosted(this.agent, this.conversation, this.totals, totals);
    this.totals = totals;
    this.at = { length, digest, turns };
    this.outcomes.set(seq, outcome);
  }

  private async serve(id: number, request: OwnerRequest): Promise<void> {
    const scope = new CancellationScope();
    this.asked.set(id, scope);
    const reply = await scope
      .run(() => this.replyTo(request))
      .catch((error: unknown) => ({ error: toHostError(error) }));
    this.asked.delete(id);
    await this.tell({ kind: 'reply', id, reply }).catch(() => undefined);
  }

  private async replyTo(request: OwnerRequest): Promise<OwnerReply> {
    if (request.kind === 'tool') return this.runLocal(request);
    if (request.kind === 'session') {
      const { server, taskQueue, lost } = request;
      return { session: operations().sessions.begin(server, taskQueue, lost) };
    }
    const answer = await ask(request.question, request.timeoutMs);
    return answer === undefined ? {} : { answer };
  }

  private tell(message: HostMessage): Promise<void> {
    if (this.lost !== undefined) return Promise.reject(this.lossOf());
    return operations().gate.ungated(() => this.child.signal(WIRE.host, message));
  }

  private ended(reason: unknown): void {
    this.lost = reason;
    runState.hosted.delete(this.conversation);
  }

  private lossOf(): ApplicationFailure {
    const why = this.lost instanceof Error ? this.lost.message : String(this.lost);
    return ApplicationFailure.nonRetryable(
      `agent ${this.agent} has lost the run ${this.workflowId} that hosts it: ${why}`,
      FAILURE.agentLost,
    );
  }
}
