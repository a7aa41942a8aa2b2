import type { AnswerInput } from '../../client/index.js';
import { type JsonObject, McpaError } from '../../core/index.js';
import type { GlobalFlags } from '../settings.js';

export interface AnswerFlags extends GlobalFlags {
  question?: string;
  text?: string;
  choice?: string;
  approve?: boolean;
  refuse?: boolean;
  reason?: string;
  arguments?: string;
}

/** The answer that the flags give; undefined when they give none. */
export function answerOf(flags: AnswerFlags): AnswerInput | undefined {
  const given = [flags.text, flags.choice, flags.approve, flags.refuse].filter(
    (value) => value !== undefined,
  );
  if (given.length > 1) {
    throw new McpaError('USAGE', 'the answer is given more than once', {
      hint: 'use one of: --text, --choice, --approve, --refuse',
    });
  }
  if (flags.reason !== undefined && !flags.refuse) {
    throw new McpaError('USAGE', '--reason goes with --refuse', {
      hint: 'mcpa answer --refuse --reason TEXT',
    });
  }
  const base = flags.question === undefined ? {} : { question: flags.question };
  if (flags.refuse)
    return { ...base, decision: 'refuse', ...(flags.reason !== undefined && { text: flags.reason }) };
  if (flags.approve || flags.arguments !== undefined) {
    const args = flags.arguments === undefined ? {} : { arguments: argumentsOf(flags.arguments) };
    return { ...base, decision: 'approve', ...args };
  }
  const text = flags.text ?? flags.choice;
  return text === undefined ? undefined : { ...base, text };
}

function argumentsOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Told below.
  }
  throw new McpaError('INPUT_NOT_JSON', '--arguments is not a JSON object', {
    hint: `mcpa answer --approve --arguments '{"path": "notes.txt"}'`,
  });
}
