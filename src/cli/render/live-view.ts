import { isFinal, type RunEvent } from '../../client/index.js';
import { type OutputMode, redirectNotes } from '../terminal.js';
import { isBusy, statusLine, treeLines } from './live/frame.js';
import { RunTree } from './live/run-tree.js';
import { Screen } from './live/screen.js';
import { turnLines } from './live/turn-lines.js';
import { type Paint, paint } from './paint.js';
import type { Progress } from './progress.js';
import { endLine, transcriptLine } from './transcript.js';
import { harmless, wrap } from './width.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** At most ten pictures a second. */
const FRAME_MS = 100;

/** A transcript that grows upward, and below it a tree of what is under way, redrawn in place. */
export class LiveView implements Progress {
  readonly #mode: OutputMode;
  readonly #ink: Paint;
  readonly #ends: boolean;
  readonly #tree = new RunTree();
  readonly #screen: Screen;
  readonly #timer: NodeJS.Timeout;
  #above: string[] = [];
  #drawnAt = 0;
  #frame = 0;
  #suspended = false;

  constructor(out: NodeJS.WriteStream, mode: OutputMode, ends = false) {
    this.#mode = mode;
    this.#ink = paint(mode.color);
    this.#ends = ends;
    this.#screen = new Screen(out);
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    redirectNotes((text) => this.note(text));
  }

  event(given: RunEvent): void {
    const event = harmless(given);
    const lost = this.#tree.status === 'no engine';
    const belongs = this.#tree.turns.belongs(event);
    for (const turn of this.#tree.take(event)) this.#above.push(...turnLines(turn, this.#ink));
    if (this.#ends && isFinal(event)) {
      const ms = Date.parse(event.time) - this.#tree.begun;
      this.#above.push(endLine(event, { ...this.#tree.sums, ms }, this.#mode.color));
    }
    const line = belongs || (lost && event.type === 'engine_lost') ? undefined : this.#lineOf(event);
    // A question is to be read whole.
    if (line !== undefined && (event.type === 'question_asked' || event.type === 'paused'))
      this.#above.push(...line.split('\n').flatMap((each) => wrap(each, this.#screen.columns)));
    else if (line !== undefined) this.#above.push(...line.split('\n'));
    if (Date.now() - this.#drawnAt >= FRAME_MS) this.#draw();
  }

  note(text: string): void {
    this.#above.push(...text.split('\n'));
    this.#draw();
  }

  suspend(): void {
    this.#draw();
    this.#suspended = true;
    this.#screen.clear();
  }

  resume(): void {
    this.#suspended = false;
    this.#screen.hideCursor();
    this.#draw();
  }

  [Symbol.dispose](): void {
    this.#suspended = false;
    clearInterval(this.#timer);
    redirectNotes(undefined);
    for (const turn of this.#tree.turns.closeAll()) this.#above.push(...turnLines(turn, this.#ink));
    this.#draw();
    this.#screen[Symbol.dispose]();
  }

  /** Turns have lines of their own, retries stand in the tree, and a child is told when it ends. */
  #lineOf(event: RunEvent): string | undefined {
    if (event.type === 'retry' || (event.type === 'run_started' && event.depth !== undefined))
      return undefined;
    if (event.type === 'run_continued' && event.depth !== undefined) return undefined;
    return transcriptLine(event, this.#mode.color);
  }

  #draw(): void {
    if (this.#suspended) return;
    const now = Date.now();
    this.#drawnAt = now;
    const busy = isBusy(this.#tree);
    if (busy) this.#frame += 1;
    const mark = busy ? this.#ink.cyan(FRAMES[this.#frame % FRAMES.length] ?? '') : this.#ink.yellow('⏸');
    const size = { rows: this.#screen.rows, columns: this.#screen.columns };
    const lines = [...treeLines(this.#tree, now, size, this.#ink), statusLine(this.#tree, now, mark)];
    const above = this.#above;
    this.#above = [];
    this.#screen.draw(above, lines);
  }
}
