import type { JsonObject } from '../../../core/index.js';

/** Characters of one call's arguments, or of a tool's answer, in an event; `mcpa messages` has them whole. */
const MOST = 1_000;

export function shortText(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}

export function shortArguments(args: JsonObject | undefined): JsonObject {
  const text = JSON.stringify(args ?? {});
  return text.length > MOST ? { '…': shortText(text) } : (args ?? {});
}
