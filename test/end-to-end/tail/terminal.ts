/** As much of a terminal as the live view uses: text, wide characters, wrapping, cursor up, erasing. Throws at what it does not know. */
export class Terminal {
  /** Rows that have left the screen, and those on it. */
  readonly #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  /** The most rows that one redraw went up. */
  mostUp = 0;
  /** Rows that the terminal had to break, for they were too long. */
  wrapped = 0;

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {}

  write(output: string): void {
    const token = /\u001b\[([?\d;]*)([A-Za-z])|([\r\n])|(\P{Cc})/gu;
    let at = 0;
    for (const match of output.matchAll(token)) {
      if (match.index !== at) throw new Error(`unknown: ${JSON.stringify(output.slice(at, at + 20))}`);
      at = match.index + match[0].length;
      const [, parameters = '', control, line, char] = match;
      if (control) this.#control(control, parameters);
      else if (line === '\r') this.#column = 0;
      else if (line === '\n') this.#down();
      else this.#put(char ?? '');
    }
    if (at !== output.length) throw new Error(`unknown: ${JSON.stringify(output.slice(at, at + 20))}`);
  }

  /** Everything that was ever written and stayed, line by line. */
  get transcript(): string[] {
    return this.#rows.map((row) => row.join('').trimEnd());
  }

  #control(control: string, parameters: string): void {
    const n = Number(parameters || 1);
    if (control === 'A') {
      this.mostUp = Math.max(this.mostUp, n);
      const top = Math.max(0, this.#rows.length - this.rows);
      if (this.#row - n < top) throw new Error(`goes up ${n} rows from row ${this.#row}, above the window`);
      this.#row -= n;
    } else if (control === 'K') this.#rows[this.#row]?.splice(this.#column);
    else if (control === 'J') {
      this.#rows[this.#row]?.splice(this.#column);
      // The window does not scroll back: the rows stay, empty.
      for (let row = this.#row + 1; row < this.#rows.length; row++) this.#rows[row] = [];
    } else if (!/[mhl]/.test(control)) throw new Error(`unknown control ${parameters}${control}`);
  }

  #put(char: string): void {
    const width = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uff00-\uff60]/.test(char) ? 2 : 1;
    if (this.#column + width > this.columns) {
      this.wrapped += 1;
      this.#down();
      this.#column = 0;
    }
    const row = this.#rows[this.#row] ?? [];
    row[this.#column] = char;
    if (width === 2) row[this.#column + 1] = '';
    this.#rows[this.#row] = Array.from(row, (each) => each ?? ' ');
    this.#column += width;
  }

  #down(): void {
    this.#row += 1;
    if (this.#row === this.#rows.length) this.#rows.push([]);
  }
}
