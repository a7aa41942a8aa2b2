import { fitTo, widthOf } from '../width.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** A terminal that knows it shows what is between at once; others pass over it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * The last lines of a terminal, redrawn in place; what stands above them is written once and never touched.
 * The cursor rests below the last line, so that at most `rows - 1` lines are redrawn.
 */
export class Screen implements Disposable {
  #drawn: Array<{ line: string; width: number }> = [];
  readonly #show = () => void this.out.write(SHOW_CURSOR);

  constructor(private readonly out: NodeJS.WriteStream) {
    out.write(HIDE_CURSOR);
    // Also when the process is ended in a hurry.
    process.once('exit', this.#show);
  }

  get rows(): number {
    return Math.max(2, this.out.rows ?? 24);
  }

  get columns(): number {
    return Math.max(10, this.out.columns ?? 80);
  }

  /** Writes lines that stay, and below them the live ones as they are now. */
  draw(above: string[], live: string[]): void {
    const lines = live.slice(-(this.rows - 1)).map((line) => {
      const fitted = fitTo(line, this.columns - 1);
      return { line: fitted, width: widthOf(fitted) };
    });
    const same = above.length > 0 ? 0 : this.#firstChange(lines);
    if (above.length === 0 && same === lines.length && same === this.#drawn.length) return;
    const kept = above.map((line) => `${CLEAR_LINE}${fitTo(line, this.columns)}\n`);
    const fresh = lines.slice(same).map(({ line }) => `${CLEAR_LINE}${line}\n`);
    const rest = this.#drawn.length > 0 ? CLEAR_BELOW : '';
    this.out.write(`${BEGIN}${this.#up(same)}${kept.join('')}${fresh.join('')}${rest}${END}`);
    this.#drawn = lines;
  }

  /** Takes the live lines away; the next drawing begins anew. */
  clear(): void {
    this.out.write(`${this.#up(0)}${this.#drawn.length > 0 ? CLEAR_BELOW : ''}${SHOW_CURSOR}`);
    this.#drawn = [];
  }

  hideCursor(): void {
    this.out.write(HIDE_CURSOR);
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#show);
    this.clear();
  }

  #firstChange(lines: Array<{ line: string }>): number {
    // A window that has become narrower has broken lines that have not changed.
    if (this.#drawn.some(({ width }) => width > this.columns)) return 0;
    let same = 0;
    while (same < lines.length && lines[same]?.line === this.#drawn[same]?.line) same += 1;
    return same;
  }

  /** To the beginning of a drawn line, in a window that may have become narrower since: then lines are broken. */
  #up(from: number): string {
    let rows = 0;
    for (const { width } of this.#drawn.slice(from)) rows += Math.max(1, Math.ceil(width / this.columns));
    const up = Math.min(rows, this.rows - 1);
    return up === 0 ? '\r' : `\u001b[${up}A\r`;
  }
}
