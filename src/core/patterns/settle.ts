/** What became of a branch or a task: plain data. */
export type Settled = { ok: true; text: string } | { ok: false; error: BranchError };

export interface BranchError {
  message: string;
  /** Name or type of the innermost error that has one. */
  type?: string;
}

/** The outcome as a value; only what ends the whole run is thrown. */
export async function settle(work: () => string | Promise<string>): Promise<Settled> {
  try {
    return { ok: true, text: await work() };
  } catch (error) {
    if (endsRun(error)) throw error;
    return { ok: false, error: errorOf(error) };
  }
}

/** By name, as this folder knows no Temporal: a cancelled or continued run must not look like a failed branch. */
const ENDS = new Set(['CancelledFailure', 'ContinueAsNew', 'DeterminismViolationError']);
const WRAPS = new Set(['ActivityFailure', 'ChildWorkflowFailure']);

function endsRun(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ENDS.has(error.name) || (WRAPS.has(error.name) && endsRun(error.cause));
}

function errorOf(error: unknown): BranchError {
  let message = String(error);
  let type: string | undefined;
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message !== '') message = current.message;
    const own = (current as { type?: unknown }).type;
    if (typeof own === 'string') type = own;
    else if (current.name !== 'Error' && !WRAPS.has(current.name)) type = current.name;
  }
  return type === undefined ? { message } : { message, type };
}

/** Runs the work of each, at most so many at once; results are in the order of `items`. */
export async function eachOf<I, O>(
  items: readonly I[],
  concurrency: number | undefined,
  work: (item: I, index: number) => Promise<O>,
): Promise<O[]> {
  if (concurrency !== undefined && !(concurrency >= 1))
    throw new TypeError('`concurrency` must be 1 or more');
  const results: O[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) {
      results[index] = await work(items[index] as I, index);
    }
  };
  const lanes = Math.min(items.length, Math.floor(concurrency ?? items.length));
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
