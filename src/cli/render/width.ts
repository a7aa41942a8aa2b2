const ANSI = /\u001b\[[0-9;]*m/y;

/** Characters that turn the direction of what follows: an approval could show other words than it holds. */
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line of text without control characters: model output must not steer the terminal. */
export function oneLine(text: string, max = 500): string {
  const flat = text
    .replace(BIDI, '')
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > max ? `${flat.slice(0, max - 1)}…` : flat;
}

function cells(code: number): number {
  if ((code >= 0x300 && code <= 0x36f) || code === 0x200d || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    code >= 0x20000;
  return wide ? 2 : 1;
}

/** Cells that a line takes on a terminal, styles counted as nothing. */
export function widthOf(line: string): number {
  let used = 0;
  for (const char of line.replace(new RegExp(ANSI.source, 'g'), '')) used += cells(char.codePointAt(0) ?? 0);
  return used;
}

/** Cuts a line to a terminal's width, styles counted as nothing and closed at the cut. */
export function fitTo(line: string, columns: number): string {
  let used = 0;
  let at = 0;
  let styled = false;
  let lastSafe = 0;
  while (at < line.length) {
    ANSI.lastIndex = at;
    const style = ANSI.exec(line);
    if (style) {
      styled = true;
      at += style[0].length;
      continue;
    }
    const code = line.codePointAt(at) ?? 0;
    const width = cells(code);
    if (used + width > columns) return `${line.slice(0, lastSafe)}…${styled ? '\u001b[0m' : ''}`;
    used += width;
    at += code > 0xffff ? 2 : 1;
    if (used <= columns - 1) lastSafe = at;
  }
  return line;
}

/** An event whose texts (names that others chose, what a model said) can't steer the terminal. */
export function harmless<T>(value: T): T {
  if (typeof value === 'string')
    return value.replace(BIDI, '').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ') as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(harmless) as T;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, harmless(item)])) as T;
}

/** Several lines of text that can't steer the terminal. */
export function printable(text: string): string {
  return text.replace(BIDI, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g, ' ');
}

/** Breaks a text into lines of at most so many cells, between words where there are some. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
