/** The lines without the indentation that all of them have. */
export function dedent(lines: string[]): string[] {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)![0].length);
  const common = Math.min(...indents, 80);
  return lines.map((line) => line.slice(common).trimEnd());
}
