import type { Generates } from './generates.js';
import { PatternError } from './pattern-error.js';
import { eachOf, type Settled, settle } from './settle.js';
import { sources } from './sources.js';

/** A branch that is code: deterministic, or a call of an activity or a child workflow. */
export interface FunctionBranch {
  name: string;
  run(message: string): string | Promise<string>;
}

export type Branch = Generates | FunctionBranch;

/** What one branch has to say, or why it failed. */
export type BranchResult = { name: string } & Settled;

/** Makes one result of all, failed branches included. */
export type FanIn<T> = (branches: BranchResult[]) => T | Promise<T>;

export interface ParallelOptions<F extends Generates | FanIn<unknown> = Generates> {
  /** Each gets the same message. */
  fanOut: readonly Branch[];
  /** Makes one result of all: an agent that reads them, or a function. */
  fanIn: F;
  /** How many branches run at once; all by default. */
  concurrency?: number;
  /** The prompt of a fan-in agent. */
  prompt?: (context: { message: string; branches: BranchResult[] }) => string;
}

export interface ParallelResult<T> {
  result: T;
  /** In the order of `fanOut`. */
  branches: BranchResult[];
}

/**
 * Gives one message to several at once and makes one result of their answers; a branch that fails is a result, too.
 *
 * @example
 * const { result } = await parallel(story, { fanOut: [proofreader, factChecker], fanIn: grader });
 */
export function parallel(message: string, options: ParallelOptions): Promise<ParallelResult<string>>;
export function parallel<T>(message: string, options: ParallelOptions<FanIn<T>>): Promise<ParallelResult<T>>;
export async function parallel<T>(
  message: string,
  options: ParallelOptions<Generates | FanIn<T>>,
): Promise<ParallelResult<T | string>> {
  const { fanOut, fanIn, concurrency, prompt = fanInPrompt } = options;
  if (fanOut.length === 0) throw new TypeError('parallel: `fanOut` is empty');
  const branches = await eachOf(fanOut, concurrency, async (branch) => ({
    name: branch.name,
    ...(await settle(() => runBranch(branch, message))),
  }));
  if (typeof fanIn === 'function') return { result: await fanIn(branches), branches };
  const [first] = branches;
  if (first !== undefined && !first.ok && branches.every(({ ok }) => !ok))
    throw new PatternError('all_failed', `each branch failed; ${first.name}: ${first.error.message}`);
  return { result: await fanIn.generateStr(prompt({ message, branches })), branches };
}

function runBranch(branch: Branch, message: string): string | Promise<string> {
  return 'run' in branch ? branch.run(message) : branch.generateStr(message);
}

function fanInPrompt({ message, branches }: { message: string; branches: BranchResult[] }): string {
  return `Several agents worked on one request, each alone. Make one answer of their results.

<request>
${message}
</request>

${sources(branches)}`;
}
