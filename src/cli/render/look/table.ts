import { fitTo, oneLine, widthOf } from '../width.js';

export interface Column<Row> {
  title: string;
  value(row: Row): string;
  /** Numbers stand to the right. */
  right?: boolean;
  style?(text: string, row: Row): string;
  /** Left out where the terminal is too narrow, the highest first; absent: it always stands. */
  drop?: number;
}

const GAP = 2;

/** A header and a line for each row, within the width; without one nothing is cut or left out. */
export function tableLines<Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  width: number | undefined,
  heading: (text: string) => string,
): string[] {
  const filled = columns
    .map((column) => {
      const cells = rows.map((row) => oneLine(column.value(row)));
      const size = Math.max(widthOf(column.title), ...cells.map(widthOf));
      return { column, cells, size };
    })
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const shown = narrowed(filled, width);
  const line = (texts: string[], style: (text: string, at: number) => string) => {
    const parts = texts.map((text, at) => {
      const { size, column } = shown[at]!;
      const space = ' '.repeat(Math.max(0, size - widthOf(text)));
      const last = at === texts.length - 1 && !column.right;
      return column.right ? space + style(text, at) : style(text, at) + (last ? '' : space);
    });
    const whole = parts.join(' '.repeat(GAP)).trimEnd();
    return width === undefined ? whole : fitTo(whole, width);
  };
  const titles = shown.map(({ column }) => column.title);
  return [
    line(titles, heading),
    ...rows.map((row, n) =>
      line(
        shown.map(({ cells, size }) => fitTo(cells[n] ?? '', size)),
        (text, at) => shown[at]!.column.style?.(text, row) ?? text,
      ),
    ),
  ];
}

interface Filled<Row> {
  column: Column<Row>;
  cells: string[];
  size: number;
}

/** Leaves columns out until the rest fits; then the widest gives way. */
function narrowed<Row>(all: Filled<Row>[], width: number | undefined): Filled<Row>[] {
  if (width === undefined) return all;
  const room = (columns: Filled<Row>[]) => columns.reduce((sum, { size }) => sum + size + GAP, -GAP);
  let shown = all;
  while (room(shown) > width) {
    const droppable = shown.filter(({ column }) => column.drop !== undefined);
    const next = droppable.sort((a, b) => (b.column.drop ?? 0) - (a.column.drop ?? 0))[0];
    if (!next) break;
    shown = shown.filter((each) => each !== next);
  }
  const excess = room(shown) - width;
  if (excess <= 0) return shown;
  const widest = shown.reduce((a, b) => (b.size > a.size ? b : a));
  return shown.map((each) => (each === widest ? { ...each, size: Math.max(8, each.size - excess) } : each));
}
