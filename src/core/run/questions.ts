import { formProblem } from '../forms/index.js';
import type { Answer, ClosedHow, ClosedQuestion, Question, RefusedAnswer } from './operate.js';

export type NewQuestion = Omit<Question, 'id' | 'askedAt'>;

/** Refusals kept for senders who answered by signal. */
const KEPT_REFUSALS = 20;

/** The questions of one run: who may answer what, once. Pure: the caller brings the time. */
export class Questions {
  readonly refused: RefusedAnswer[] = [];
  private readonly open = new Map<string, Question>();
  private readonly closed = new Map<string, ClosedQuestion>();
  private readonly answers = new Map<string, Answer>();
  /** Answers that came before their question. */
  private early: Answer[];
  private readonly taken = new Set<string>();
  private unreported: ClosedQuestion[] = [];

  constructor(
    private count = 0,
    early: Answer[] = [],
  ) {
    this.early = [...early];
    for (const answer of early) this.taken.add(answer.answerId);
  }

  list(): Question[] {
    return [...this.open.values()];
  }

  /** Opens a question; an early answer that fits closes it at once. */
  ask(question: NewQuestion, now: string): Question {
    const asked: Question = { id: `q${++this.count}`, ...question, askedAt: now };
    this.open.set(asked.id, asked);
    // Nobody can have approved a call that was not asked for yet.
    if (asked.kind === 'input') this.takeEarly(asked, now);
    return asked;
  }

  /** Why an answer can't be taken; undefined when it can, or was taken before. */
  problem(answer: Answer): string | undefined {
    if (this.taken.has(answer.answerId)) return undefined;
    if (answer.question !== undefined) {
      const open = this.open.get(answer.question);
      return open === undefined ? this.notOpen(answer.question) : misfit(answer, open);
    }
    const open = this.list();
    if (open.length > 1) {
      return `${open.length} questions are open (${open.map(({ id }) => id).join(', ')}): name the one you answer`;
    }
    if (open[0] !== undefined) return misfit(answer, open[0]);
    return answer.text === undefined ? 'no question is open' : undefined;
  }

  /** Takes an answer; the id of the question that it closed, undefined when it waits for its question. */
  give(answer: Answer, now: string): string | undefined {
    const problem = this.problem(answer);
    if (problem !== undefined) {
      this.refused.push({ answerId: answer.answerId, reason: problem });
      if (this.refused.length > KEPT_REFUSALS) this.refused.shift();
      return undefined;
    }
    if (this.taken.has(answer.answerId)) return this.closedBy(answer.answerId);
    this.taken.add(answer.answerId);
    const question = answer.question ?? this.list()[0]?.id;
    if (question === undefined) this.early.push(answer);
    else this.closeWith(question, answer, now);
    return question;
  }

  answerOf(id: string): Answer | undefined {
    return this.answers.get(id);
  }

  /** Closes a question that nobody answered. */
  close(id: string, how: ClosedHow, now: string): void {
    if (!this.open.delete(id)) return;
    this.report({ id, how, at: now });
  }

  /** Questions closed since the last call. */
  takeClosed(): ClosedQuestion[] {
    const list = this.unreported;
    this.unreported = [];
    return list;
  }

  carry(): { questionCount: number; early: Answer[] } {
    return { questionCount: this.count, early: this.early };
  }

  private takeEarly(question: Question, now: string): void {
    while (this.early.length > 0) {
      const answer = this.early.shift() as Answer;
      const problem = misfit(answer, question);
      if (problem === undefined) {
        this.closeWith(question.id, answer, now);
        return;
      }
      this.refused.push({ answerId: answer.answerId, reason: problem });
    }
  }

  private closeWith(id: string, answer: Answer, now: string): void {
    this.open.delete(id);
    this.answers.set(id, answer);
    this.report({
      id,
      how: 'answered',
      at: now,
      answerId: answer.answerId,
      ...(answer.by === undefined ? {} : { by: answer.by }),
      ...(answer.text === undefined ? {} : { text: answer.text.slice(0, 500) }),
      ...(answer.decision === undefined ? {} : { decision: answer.decision }),
      ...(answer.action === undefined ? {} : { action: answer.action }),
      ...(answer.arguments === undefined ? {} : { edited: true }),
    });
  }

  private report(closed: ClosedQuestion): void {
    this.closed.set(closed.id, closed);
    this.unreported.push(closed);
  }

  private closedBy(answerId: string): string | undefined {
    for (const closed of this.closed.values()) if (closed.answerId === answerId) return closed.id;
    return undefined;
  }

  private notOpen(id: string): string {
    const closed = this.closed.get(id);
    if (closed === undefined) return `this run has asked no question ${id}`;
    if (closed.how === 'answered')
      return `question ${id} was answered at ${closed.at}${closed.by === undefined ? '' : ` by ${closed.by}`}`;
    return closed.how === 'cancelled'
      ? `question ${id} was withdrawn at ${closed.at}`
      : `question ${id} expired at ${closed.at}`;
  }
}

/** Why an answer does not fit a question; undefined when it does. */
export function misfit(answer: Omit<Answer, 'answerId'>, question: Question): string | undefined {
  if (question.kind === 'form' || question.kind === 'url') return toolMisfit(answer, question);
  if (question.kind === 'approval') {
    return answer.decision === undefined ? `question ${question.id} wants approve or refuse` : undefined;
  }
  if (question.kind === 'sampling') {
    if (answer.decision === undefined) return `question ${question.id} wants approve or refuse`;
    return (
      answer.arguments && `question ${question.id} takes no arguments: what the model is asked is the tool's`
    );
  }
  if (answer.text === undefined) return `question ${question.id} wants a text`;
  if (question.choices !== undefined && !question.choices.includes(answer.text)) {
    return `"${answer.text}" is no choice of question ${question.id}: ${question.choices.join(', ')}`;
  }
  return undefined;
}

function toolMisfit(
  { action, content }: Omit<Answer, 'answerId'>,
  { id, kind, schema }: Question,
): string | undefined {
  if (action === undefined) return `question ${id} wants accept, decline or cancel`;
  if (kind === 'url' || action !== 'accept')
    return content === undefined
      ? undefined
      : `question ${id} takes fields with a form that is accepted only`;
  // A memo leaves a large schema out; the run has it.
  const problem = schema && formProblem(schema, content ?? {});
  return problem && `question ${id}: ${problem}`;
}
