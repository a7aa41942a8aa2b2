import type { JsonSchema } from '../json.js';

/** Anything that can generate: an `Agent`, or plain functions in a test. */
export interface Generates {
  readonly name: string;
  /** What it is for, for those that choose among several. */
  readonly instruction?: string;
  generateStr(prompt: string): Promise<string>;
  generateStructured(prompt: string, schema: JsonSchema): Promise<unknown>;
  /** One that starts from the same conversation and goes its own way. */
  fork?(): Generates;
  close?(): Promise<void>;
}

/** True for what keeps a conversation between calls; a plain function is told everything each time. */
export function remembers(agent: Generates): boolean {
  return agent.fork !== undefined;
}

/** Characters of an instruction that a chooser is shown. */
const ABOUT = 1_000;

/** What an agent is for, in its own words: its description, or its instruction. */
export function aboutOf(agent: Generates, description?: string): string {
  const text = description ?? agent.instruction ?? '';
  return text.length > ABOUT ? `${text.slice(0, ABOUT - 1)}…` : text;
}

/**
 * Works with a fork, so that two tasks of one agent neither wait for each other nor read each other's messages;
 * what can't fork is used as it is.
 */
export async function withFork<T>(agent: Generates, work: (fork: Generates) => Promise<T>): Promise<T> {
  const fork = agent.fork?.();
  if (fork === undefined) return work(agent);
  try {
    return await work(fork);
  } finally {
    await fork.close?.();
  }
}

/** Agents by name; two of one name could not be told apart by what a model answers. */
export function byName<T extends { readonly name: string }>(
  pattern: string,
  agents: readonly T[],
): Map<string, T> {
  if (agents.length === 0) throw new TypeError(`${pattern}: it needs one agent at least`);
  const map = new Map<string, T>();
  for (const agent of agents) {
    if (map.has(agent.name)) throw new TypeError(`${pattern}: two have the name "${agent.name}"`);
    map.set(agent.name, agent);
  }
  return map;
}
