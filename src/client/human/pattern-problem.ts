import { createContext, Script } from 'node:vm';
import type { FormField, Json } from '../../core/index.js';

/** Longer texts, and patterns, are the server's to check. */
const LONGEST = 10_000;
/** A server's pattern may take years for a text of thirty characters. */
const DEADLINE_MS = 200;

const MATCH = new Script('new RegExp(pattern, "u").test(text)');

/** Why a field's pattern refuses a text; a pattern that is invalid or takes too long refuses nothing. */
export function patternProblem({ pattern }: FormField, text: Json | undefined): string | undefined {
  if (pattern === undefined || typeof text !== 'string') return undefined;
  if (pattern.length > LONGEST || text.length > LONGEST) return undefined;
  return matches(pattern, text) ? undefined : `must match the pattern ${pattern}`;
}

/** In a context of its own, since only a script can be given a deadline. */
function matches(pattern: string, text: string): boolean {
  try {
    return MATCH.runInContext(createContext({ pattern, text }), { timeout: DEADLINE_MS }) as boolean;
  } catch {
    return true;
  }
}
