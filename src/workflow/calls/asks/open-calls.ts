import { ApplicationFailure, CancellationScope, isCancellation } from '@temporalio/workflow';
import type {
  CallToolInput,
  PushedQuestion,
  PushedSampling,
  SamplingReply,
  ToolAnswer,
} from '../../../core/index.js';
import { askFor } from './asks.js';
import { type Caller, sample } from './sampling.js';

type Pushed = PushedQuestion | PushedSampling;

/** The engine takes ten unfinished updates of a run: answers and `pause` are updates too, and must get through. */
const MOST_AT_ONCE = 7;

interface OpenCall {
  caller: Caller;
  input: CallToolInput;
  attempt: number;
  asking: Set<CancellationScope>;
}

/** Tool calls whose activities run now: what their servers ask meanwhile is asked here, for as long as they run. */
export class OpenCalls {
  readonly #open = new Map<number, OpenCall>();
  #count = 0;

  /** Runs one call; its questions end with it. */
  during<T>(caller: Caller, input: CallToolInput, work: (input: CallToolInput) => Promise<T>): Promise<T> {
    const call = ++this.#count;
    const numbered = { ...input, asks: { ...input.asks, call } };
    const open: OpenCall = { caller, input: numbered, attempt: 1, asking: new Set() };
    this.#open.set(call, open);
    return work(numbered).finally(() => {
      this.#open.delete(call);
      withdraw(open);
    });
  }

  /** Why a question can't be asked; undefined when it can. */
  problem({ call, attempt }: Pushed): string | undefined {
    const open = this.#open.get(call);
    return open === undefined || attempt < open.attempt ? 'the call that asks has ended' : undefined;
  }

  /** Whether one more has to wait until others are answered. */
  get full(): boolean {
    let asking = 0;
    for (const open of this.#open.values()) asking += open.asking.size;
    return asking >= MOST_AT_ONCE;
  }

  async ask(pushed: Pushed): Promise<ToolAnswer | SamplingReply> {
    const problem = this.problem(pushed);
    if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem);
    const open = this.#open.get(pushed.call) as OpenCall;
    // What an attempt that is lost had asked, nobody hears.
    if (pushed.attempt > open.attempt) withdraw(open);
    open.attempt = pushed.attempt;
    const scope = new CancellationScope();
    open.asking.add(scope);
    try {
      return await scope.run<ToolAnswer | SamplingReply>(() => {
        if ('question' in pushed) return askFor(open.input, pushed.question, pushed.timeoutMs);
        return sample(open.caller, open.input, { ...pushed.sampling, timeoutMs: pushed.timeoutMs });
      });
    } catch (error) {
      if (isCancellation(error))
        return 'question' in pushed ? { action: 'cancel' } : { refused: 'the call has ended' };
      throw error;
    } finally {
      open.asking.delete(scope);
    }
  }
}

function withdraw({ asking }: OpenCall): void {
  for (const scope of asking) scope.cancel();
}
