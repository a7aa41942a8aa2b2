import type { RunEvent } from '../../client/index.js';
import { formatMs } from '../duration.js';
import { type OutputMode, redirectNotes } from '../terminal.js';
import { paint } from './paint.js';
import type { Progress } from './progress.js';
import { transcriptLine } from './transcript.js';
import { fitTo, oneLine } from './width.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

interface Step {
  label: string;
  since: number;
  tail: string;
}

/** A transcript that grows upward, and below it one spinner line for each pending step, redrawn in place. */
export class LiveView implements Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #mode: OutputMode;
  readonly #steps = new Map<string, Step>();
  readonly #timer: NodeJS.Timeout;
  #begun = Date.now();
  #tokens = 0;
  #status = 'starting';
  #drawn = 0;
  readonly #showCursor = () => void this.#out.write(SHOW_CURSOR);
  #frame = 0;

  constructor(out: NodeJS.WriteStream, mode: OutputMode) {
    this.#out = out;
    this.#mode = mode;
    this.#timer = setInterval(() => {
      this.#frame += 1;
      this.#draw();
    }, FRAME_MS);
    redirectNotes((text) => this.note(text));
    // A second Ctrl-C ends the process where it stands: the cursor must come back all the same.
    process.once('exit', this.#showCursor);
    out.write(HIDE_CURSOR);
  }

  event(event: RunEvent): void {
    this.#track(event);
    const line = transcriptLine(event, this.#mode.color);
    if (line === undefined) this.#draw();
    else this.note(line);
  }

  note(text: string): void {
    const lines = text.split('\n').map((line) => fitTo(line, this.#columns()));
    this.#out.write(`${this.#erase()}${lines.join('\n')}\n`);
    this.#draw();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    redirectNotes(undefined);
    process.off('exit', this.#showCursor);
    this.#out.write(`${this.#erase()}${SHOW_CURSOR}`);
  }

  #track(event: RunEvent): void {
    const since = Date.parse(event.time);
    switch (event.type) {
      case 'run_started':
        this.#begun = since;
        this.#status = 'waiting for a worker';
        break;
      case 'task_started':
        this.#status = 'running';
        break;
      case 'turn_started':
        this.#steps.set(event.activityId, { label: `${event.agent} turn ${event.turn}`, since, tail: '' });
        break;
      case 'tool_call_started':
        this.#steps.set(event.activityId, { label: `${event.server}.${event.tool}`, since, tail: '' });
        break;
      case 'activity_started':
        this.#steps.set(event.activityId, { label: event.name, since, tail: '' });
        break;
      case 'token': {
        const step = this.#steps.get(event.activityId);
        if (step) step.tail = (step.tail + event.text).slice(-400);
        break;
      }
      case 'retry': {
        const step = this.#steps.get(event.activityId);
        if (step) step.tail = `attempt ${event.attempt}`;
        break;
      }
      case 'model_call_completed': {
        const { input, output, cacheRead, cacheWrite } = event.usage;
        this.#tokens += input + output + cacheRead + cacheWrite;
        this.#steps.delete(event.activityId);
        break;
      }
      default:
        if ('activityId' in event) this.#steps.delete(event.activityId);
    }
  }

  #columns(): number {
    return Math.max(10, this.#out.columns ?? 80);
  }

  /** Moves to the first line drawn and clears from there: what stands above is never touched. */
  #erase(): string {
    const up = this.#drawn;
    this.#drawn = 0;
    return up === 0 ? '' : `\u001b[${up}A\r\u001b[J`;
  }

  #draw(): void {
    const room = Math.max(1, (this.#out.rows ?? 24) - 1);
    const ink = paint(this.#mode.color);
    const spin = ink.cyan(FRAMES[this.#frame % FRAMES.length] ?? '');
    const now = Date.now();
    const lines = [...this.#steps.values()].map((step) => {
      const head = `${spin} ${step.label} ${ink.dim(formatMs(now - step.since))}`;
      return step.tail ? `${head} ${this.#tail(step)}` : head;
    });
    const hidden = lines.length - (room - 1);
    const shown = hidden > 0 ? [...lines.slice(0, Math.max(0, room - 2)), `  and ${hidden + 1} more`] : lines;
    const sum = `${spin} ${this.#status} · ${formatMs(now - this.#begun)} · ${this.#tokens} tokens`;
    const all = [...(room > 1 ? shown : []), sum].map((line) => fitTo(line, this.#columns()));
    const before = this.#erase();
    this.#out.write(`${before}${all.join('\n')}\n`);
    this.#drawn = all.length;
  }

  /** The end of the text that streams in: its beginning will stand in the transcript. */
  #tail(step: Step): string {
    const space = Math.max(8, this.#columns() - step.label.length - 14);
    const text = oneLine(step.tail);
    return text.length > space ? `…${text.slice(1 - space)}` : text;
  }
}
