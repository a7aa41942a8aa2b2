import { MEMO, type PauseInfo, type PauseRequest, type Question, type RunMemo } from '../../../core/index.js';
import type { EventBody } from '../events.js';
import { decodeOne } from '../payloads.js';
import { isRunMemo } from '../wire-shapes.js';
import { PlanReader } from './plans.js';
import { shortArguments } from './shorten.js';

type Fields = { [name: string]: unknown } | null | undefined;

/** Questions, pauses and plans: the run writes them into its memo, each write whole, so that the difference tells. */
export class RecordReader {
  readonly #open = new Map<string, Question>();
  readonly #plans = new PlanReader();
  #paused: PauseInfo | undefined;
  #resume: PauseRequest = {};

  /** The memo that a run starts with: of one that continues another it is the other's last. */
  begin(fields: Fields): void {
    const memo = memoOf(fields);
    this.#paused = memo?.paused;
    for (const question of memo?.questions ?? []) this.#open.set(question.id, question);
  }

  /** Who resumes stands in the signal, that it worked in the memo. */
  resumeAsked(request: unknown): void {
    const { by, reason } = (request ?? {}) as PauseRequest;
    this.#resume = {
      ...(typeof by === 'string' ? { by } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    };
  }

  read(fields: Fields): EventBody[] {
    const memo = memoOf(fields);
    return memo === undefined
      ? []
      : [...this.#pause(memo), ...this.#questions(memo), ...this.#plans.read(memo.progress)];
  }

  #pause({ paused, final }: RunMemo): EventBody[] {
    const before = this.#paused;
    this.#paused = paused;
    if (paused !== undefined) {
      const known = before?.at === paused.at && before.kind === paused.kind;
      return known ? [] : [{ type: 'paused', ...paused }];
    }
    // The last write of a run names no pause: its end is the news.
    return before !== undefined && !final ? [{ type: 'resumed', ...this.#resume }] : [];
  }

  #questions({ questions = [], closed = [] }: RunMemo): EventBody[] {
    const bodies: EventBody[] = [];
    for (const { id, how, by, text, decision, action, edited } of closed) {
      const kind = this.#open.get(id)?.kind ?? (decision === undefined ? 'input' : 'approval');
      this.#open.delete(id);
      const said = {
        ...(by === undefined ? {} : { by }),
        ...(text === undefined ? {} : { text }),
        ...(decision === undefined ? {} : { decision }),
        ...(action === undefined ? {} : { action }),
        ...(edited === undefined ? {} : { edited }),
      };
      bodies.push({ type: 'question_closed', question: id, kind, how, ...said });
    }
    // Those of the run before this one ended with it.
    for (const [id, { kind }] of this.#open) {
      if (questions.some((each) => each.id === id)) continue;
      this.#open.delete(id);
      bodies.push({ type: 'question_closed', question: id, kind, how: 'cancelled' });
    }
    for (const question of questions) {
      if (this.#open.has(question.id)) continue;
      this.#open.set(question.id, question);
      bodies.push(asked(question));
    }
    return bodies;
  }
}

function asked({ id, tool, askedAt: _, ...rest }: Question): EventBody {
  const call = tool === undefined ? {} : { tool: { ...tool, arguments: shortArguments(tool.arguments) } };
  return { type: 'question_asked', question: id, ...rest, ...call };
}

function memoOf(fields: Fields): RunMemo | undefined {
  const payload = fields?.[MEMO];
  const value = payload === undefined || payload === null ? undefined : decodeOne(payload);
  return isRunMemo(value) ? value : undefined;
}
