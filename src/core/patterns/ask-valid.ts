import type { JsonSchema } from '../json.js';
import { type Generates, remembers } from './generates.js';
import { PatternError } from './pattern-error.js';

/** Re-asks after an answer that can't be used. */
const RE_ASKS = 2;

export type Checked<T> = { value: T } | { problem: string };

/** Asks for a structured answer until the check takes it: a schema can't say all (a plan without cycles). */
export async function askValid<T>(
  agent: Generates,
  prompt: string,
  schema: JsonSchema,
  check: (answer: unknown) => Checked<T>,
): Promise<T> {
  let next = prompt;
  for (let reAsks = 0; ; reAsks++) {
    const checked = check(await agent.generateStructured(next, schema).catch(rethrow));
    if ('value' in checked) return checked.value;
    if (reAsks === RE_ASKS) throw new PatternError('answer_invalid', `${agent.name}: ${checked.problem}`);
    const question = remembers(agent) ? '' : `${prompt}\n\n`;
    next = `${question}Your answer can't be used: ${checked.problem}. Answer again.`;
  }
}

/** An agent has asked again itself where the answer was no JSON, or not of the schema. */
function rethrow(error: unknown): never {
  if (error instanceof Error && error.name === 'StructuredOutputError')
    throw new PatternError('answer_invalid', error.message);
  throw error;
}

export type Fields = { readonly [key: string]: unknown };

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text field; empty where it is missing. */
export function textIn(fields: Fields, key: string): string {
  const value = fields[key];
  return typeof value === 'string' ? value.trim() : '';
}

export function textsIn(fields: Fields, key: string): string[] {
  return listIn(fields, key).filter((each): each is string => typeof each === 'string');
}

export function listIn(fields: Fields, key: string): unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}

/** An object schema that providers' strict modes take: all properties required, no others. */
export function objectSchema(properties: Record<string, JsonSchema>): JsonSchema {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}
