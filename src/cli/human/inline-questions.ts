import type { App, RunEvent } from '../../client/index.js';
import { isMcpaError } from '../../core/index.js';
import type { Progress } from '../render/progress.js';
import { askPerson } from './ask.js';

/** Asks the questions of a followed run (and of its children) at this terminal, one after the other. */
export class InlineQuestions implements AsyncDisposable {
  readonly #closing = new Map<string, AbortController>();
  #turn: Promise<void> = Promise.resolve();
  #over = false;

  constructor(
    private readonly app: App,
    private readonly progress: Progress,
    /** The person pressed Ctrl-C at a question. */
    private readonly leave: () => void,
  ) {}

  event(event: RunEvent): void {
    if (event.type === 'question_closed') this.#closing.get(key(event))?.abort();
    if (event.type !== 'question_asked') return;
    const closed = new AbortController();
    this.#closing.set(key(event), closed);
    this.#turn = this.#turn.then(() => this.#ask(event, closed.signal)).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    for (const closed of this.#closing.values()) closed.abort();
    await this.#turn;
  }

  async #ask(event: RunEvent & { type: 'question_asked' }, closed: AbortSignal): Promise<void> {
    if (closed.aborted || this.#over) return;
    const handle = this.app.getHandle(event.workflowId);
    // What history tells may be answered long ago; and the run has the question whole.
    const question = (await handle.questions()).find(({ id }) => id === event.question);
    if (question === undefined || closed.aborted) return;
    this.progress.suspend();
    try {
      const answer = await askPerson(question, closed);
      // A prompt that is over would write once more at its signal.
      this.#closing.delete(key(event));
      if (answer === undefined) return;
      const { state } = await handle.answer(answer);
      if (state === 'queued') this.progress.note('answer queued: no worker answered');
    } catch (error) {
      if (isMcpaError(error) && error.code === 'INTERRUPTED') this.leave();
      else this.progress.note(error instanceof Error ? error.message : String(error));
    } finally {
      this.progress.resume();
    }
  }
}

function key(event: RunEvent & { question?: string }): string {
  return `${event.workflowId}/${event.question}`;
}
