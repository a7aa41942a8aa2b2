import { isFinal, type RunEvent } from '../../client/index.js';
import { formatMs } from '../duration.js';
import type { OutputMode } from '../terminal.js';
import { progressText, RunTree, waitingText } from './live/run-tree.js';
import { agentOf, replyLine, toolLines } from './live/turn-lines.js';
import { type Paint, paint } from './paint.js';
import type { Progress } from './progress.js';
import { endLine, transcriptLine } from './transcript.js';
import { harmless, oneLine } from './width.js';

/** Lines for a pipe or a log: the start of a step gets one too, so that a long one doesn't look dead. */
export class PlainView implements Progress {
  readonly #tree = new RunTree();
  readonly #ink: Paint;
  readonly #conversations = new Set<string>();

  constructor(
    private readonly print: (line: string) => void,
    private readonly mode: OutputMode,
    private readonly ends = false,
  ) {
    this.#ink = paint(mode.color);
  }

  event(given: RunEvent): void {
    const event = harmless(given);
    const lost = this.#tree.status === 'no engine';
    const belongs = event.type !== 'tool_progress' && this.#tree.turns.belongs(event);
    const ended = this.#tree.take(event);
    for (const turn of ended) {
      const lines = toolLines(turn, this.#ink).map((line) => line.trim());
      const who = this.#conversations.size > 1 ? `${agentOf(turn)}: ` : '';
      if (lines.length > 0) this.print(`${'  '.repeat(turn.depth + 1)}${who}${lines.join(' ')}`);
    }
    if (this.ends && isFinal(event)) {
      const ms = Date.parse(event.time) - this.#tree.begun;
      this.print(endLine(event, { ...this.#tree.sums, ms }, this.mode.color));
    }
    if (lost && event.type === 'engine_lost') return;
    const line = belongs ? undefined : this.#lineOf(event);
    if (line !== undefined) this.print(line);
  }

  note(text: string): void {
    this.print(text);
  }

  /** Lines that are written don't get in a prompt's way. */
  suspend(): void {}
  resume(): void {}
  [Symbol.dispose](): void {}

  #lineOf(event: RunEvent): string | undefined {
    const ink = this.#ink;
    const indent = '  '.repeat(event.depth ?? 0);
    switch (event.type) {
      case 'turn_started':
        this.#conversations.add(`${event.runId}/${event.conversation}`);
        return `${indent}${ink.dim('○')} ${event.conversation} turn ${event.turn}`;
      case 'model_call_completed':
      case 'model_call_failed':
        return indent + replyLine(event, ink);
      case 'waiting':
        return event.for === undefined ? undefined : `${indent}  ${ink.dim('…')} ${waitingText(event)}`;
      case 'tool_progress':
        // Of a call that takes seconds it would only be noise in a log.
        return event.task === undefined
          ? undefined
          : `${indent}  ${ink.dim('…')} ${oneLine(`${event.server}.${event.tool}`)}: ${progressText(event)}`;
      case 'retry': {
        const next = event.nextMs > 0 ? `again in ${formatMs(event.nextMs)}` : 'trying now';
        return `${indent}  ${ink.yellow('↻')} attempt ${event.attempt}, ${next}: ${oneLine(event.message)}`;
      }
      default:
        return transcriptLine(event, this.mode.color);
    }
  }
}
