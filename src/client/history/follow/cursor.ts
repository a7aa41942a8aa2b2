import { McpaError } from '../../../core/index.js';

/** How far a run's history was read: `sub` counts what one raw event means. */
export interface Position {
  event: number;
  sub: number;
}

/** Where `--from` goes on: the place in the followed run, and in those of its children that were open there. */
export interface Resume {
  runId: string;
  at: Position;
  children: Map<string, Position>;
}

/** Enough of a child's run id to tell it from its siblings; the beginning of one is often a time. */
export function shortRun(runId: string): string {
  return runId.slice(-12);
}

const PLACE = /^([\w-]+)\/(\d+)\/(\d+)$/;

export function parseCursor(text: string): Resume {
  const [first, ...rest] = text.trim().split('+').map(place);
  if (first === undefined || rest.includes(undefined)) {
    throw new McpaError('USAGE', `"${text.slice(0, 80)}" is not a cursor`, {
      hint: 'take `cursor` of a line that `mcpa tail --json` printed',
    });
  }
  const children = rest as Array<NonNullable<(typeof rest)[number]>>;
  return { ...first, children: new Map(children.map(({ runId, at }) => [runId, at])) };
}

function place(text: string): { runId: string; at: Position } | undefined {
  const [, runId, event, sub] = PLACE.exec(text) ?? [];
  return runId === undefined ? undefined : { runId, at: { event: Number(event), sub: Number(sub) } };
}

/** Places in the followed run and in its open children; together they are the cursor. */
export class Places {
  #root: { runId: string; at: Position } | undefined;
  readonly #children: Map<string, Position>;

  constructor(resume?: Resume) {
    this.#root = resume;
    this.#children = new Map(resume?.children);
  }

  root(runId: string, at: Position): void {
    this.#root = { runId, at };
  }

  child(runId: string, at: Position): void {
    this.#children.set(shortRun(runId), at);
  }

  /** A child that ended is in the past of the run that started it. */
  forget(runId: string): void {
    this.#children.delete(shortRun(runId));
  }

  cursor(): string {
    const text = (runId: string, { event, sub }: Position) => `${runId}/${event}/${sub}`;
    const root = this.#root === undefined ? [] : [text(this.#root.runId, this.#root.at)];
    return [...root, ...[...this.#children].map(([runId, at]) => text(runId, at))].join('+');
  }
}
