import { printable, widthOf } from '../width.js';

/** Text in lines of a width, broken at spaces where there are some; control characters are gone. */
export function wrap(text: string, columns: number | undefined): string[] {
  const lines = printable(text).replaceAll('\t', '  ').split('\n');
  return columns === undefined ? lines : lines.flatMap((line) => wrapLine(line, Math.max(10, columns)));
}

function wrapLine(line: string, columns: number): string[] {
  if (line.length * 2 <= columns || widthOf(line) <= columns) return [line];
  const out: string[] = [];
  let current = '';
  let used = 0;
  for (const word of line.match(/\s+|\S+/g) ?? []) {
    const width = widthOf(word);
    if (used + width <= columns) {
      current += word;
      used += width;
      continue;
    }
    if (current.trim() !== '') out.push(current.trimEnd());
    current = '';
    used = 0;
    if (word.trim() === '') continue;
    for (const char of word) {
      const cell = widthOf(char);
      if (used + cell > columns) {
        out.push(current);
        current = '';
        used = 0;
      }
      current += char;
      used += cell;
    }
  }
  return current.trim() === '' && out.length > 0 ? out : [...out, current];
}
