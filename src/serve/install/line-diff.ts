const CONTEXT = 3;

/** A line of a diff: `+` comes, `-` goes, a blank stays. */
export type DiffLine = `${'+' | '-' | ' '} ${string}`;

/** The lines that change, with some around them. An entry changes one place: what is equal before and after it is cut. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const old = linesOf(before);
  const now = linesOf(after);
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  if (head === old.length && head === now.length) return [];
  const mark = (sign: '+' | '-' | ' ', lines: string[]) => lines.map((line): DiffLine => `${sign} ${line}`);
  return [
    ...mark(' ', old.slice(Math.max(0, head - CONTEXT), head)),
    ...mark('-', old.slice(head, old.length - tail)),
    ...mark('+', now.slice(head, now.length - tail)),
    ...mark(' ', old.slice(old.length - tail, old.length - tail + CONTEXT)),
  ];
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}
