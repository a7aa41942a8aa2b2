import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 300;
const ENDED = new Set(['RUN_FAILED', 'RUN_CANCELLED', 'RUN_TIMED_OUT']);

/** Whoever operates a run: starts it, answers its question, pauses it, and waits for what it gives, whatever is down meanwhile. */
export class Person {
  #over = new AbortController();

  constructor(app, run, patienceMs, lookMs = LOOK_MS) {
    this.lookMs = lookMs;
    this.app = app;
    this.run = run;
    this.patienceMs = patienceMs;
  }

  /** `{result}`, `{failed}`, or neither when the run did not end in time. */
  async attend() {
    const { id, api, main, fan, last } = this.run;
    const prompt = (part) => JSON.stringify(part);
    const wishes = { id, model: `${api}:m`, main: prompt(main), fan: fan.map(prompt), last: prompt(last) };
    const late = setTimeout(() => this.#over.abort(), this.patienceMs);
    try {
      await this.#insist(() => this.#begin(wishes));
      this.handle = this.app.getHandle(id);
      const [ending] = await Promise.all([this.#ending(), this.#answer(), this.#pause()]);
      return ending ?? {};
    } finally {
      clearTimeout(late);
      this.#over.abort();
    }
  }

  /** A start whose answer was lost has begun all the same. */
  #begin(wishes) {
    return this.app.start('FaultsWorkflow', { workflowId: wishes.id, args: [wishes] }).catch((error) => {
      if (error.code !== 'RUN_EXISTS') throw error;
    });
  }

  async #ending() {
    const ending = this.#insist(async () => {
      try {
        return { result: await this.handle.result() };
      } catch (error) {
        if (ENDED.has(error.code)) return { failed: rootOf(error) };
        throw error;
      }
    });
    const ended = await Promise.race([ending, this.#end()]);
    this.#over.abort();
    return ended;
  }

  async #answer() {
    const { text, afterMs } = this.run.answer;
    while (!this.#over.signal.aborted) {
      const questions = await this.handle.questions().catch(() => []);
      if (questions.length > 0) {
        await this.#rest(afterMs);
        const answered = await this.handle.answer({ question: questions[0].id, text }).catch(() => undefined);
        if (answered?.state === 'accepted') return;
      }
      await this.#rest(this.lookMs);
    }
  }

  /** Between the two moments kept here nothing of the run may begin. */
  async #pause() {
    if (this.run.pause === null) return;
    const { atMs, forMs } = this.run.pause;
    await this.#rest(atMs);
    const outcome = await this.handle.pause({ timeoutMs: 8_000 }).catch(() => undefined);
    const from = Date.now();
    if (outcome?.state === 'paused') await this.#rest(forMs);
    if (outcome?.state === 'paused') this.held = { from, until: Date.now() };
    await this.#insist(() => this.handle.resume({ timeoutMs: 8_000 }));
  }

  /** Again and again until it works or the run is over. */
  async #insist(call) {
    while (!this.#over.signal.aborted) {
      const done = await call().then(
        (value) => ({ value }),
        () => undefined,
      );
      if (done) return done.value;
      await this.#rest(LOOK_MS);
    }
    return undefined;
  }

  #rest(ms) {
    return sleep(ms, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }

  #end() {
    return new Promise((resolve) => this.#over.signal.addEventListener('abort', () => resolve(undefined)));
  }
}

function rootOf(error) {
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  return `${error.code}: ${root.message}`;
}
