import type { Json } from '../../../core/index.js';

/** What the placeholders of a script stand for. */
export interface FillValues {
  last: string;
  input: string;
  results: string[];
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Replaces placeholders in every string of a value; throws an Error that says which has no value. */
export function fill<T extends Json>(value: T, values: FillValues): T {
  if (typeof value === 'string')
    return value.replace(PLACEHOLDER, (_, key: string) => lookup(key, values)) as T;
  if (Array.isArray(value)) return value.map((entry) => fill(entry, values)) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fill(entry, values)])) as T;
  }
  return value;
}

function lookup(key: string, values: FillValues): string {
  if (key === 'last') return values.last;
  if (key === 'input') return values.input;
  const index = Number(key.slice('result.'.length));
  const result = values.results[index];
  if (result === undefined) {
    throw new Error(`{{${key}}} has no value: the conversation holds ${values.results.length} tool results`);
  }
  return result;
}

/** The first placeholder of a script that means nothing: a typo told at load beats odd text in a run. */
export function unknownPlaceholder(value: unknown): string | undefined {
  if (typeof value === 'string') {
    for (const [whole, key] of value.matchAll(PLACEHOLDER)) {
      if (!/^(last|input|result\.\d+)$/.test(key ?? '')) return whole;
    }
    return undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  for (const entry of Object.values(value)) {
    const found = unknownPlaceholder(entry);
    if (found) return found;
  }
  return undefined;
}
