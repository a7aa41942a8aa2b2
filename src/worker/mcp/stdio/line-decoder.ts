/** A message may carry a file or an image; the SDK's own 10 MB are soon reached. */
export const MAX_MESSAGE = 64 * 1024 * 1024;

/** Splits a stream of bytes into lines; pieces of a long line are joined once, at its end. */
export class LineDecoder {
  #pieces: Buffer[] = [];
  #size = 0;

  constructor(readonly limit: number) {}

  /** Throws when a line outgrows the limit. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#pieces.push(chunk.subarray(from, end));
      lines.push(Buffer.concat(this.#pieces).toString('utf8').replace(/\r$/, ''));
      this.#pieces = [];
      this.#size = 0;
      from = end + 1;
    }
    if (from < chunk.length) {
      this.#pieces.push(chunk.subarray(from));
      this.#size += chunk.length - from;
      if (this.#size > this.limit) throw new Error(`a line is longer than ${this.limit} bytes`);
    }
    return lines;
  }

  /** What came after the last newline. */
  rest(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }
}
