import type { AnswerInput } from '../../client/index.js';
import { type JsonObject, McpaError } from '../../core/index.js';
import { readInput } from '../run/input.js';
import type { GlobalFlags } from '../settings.js';

export interface AnswerFlags extends GlobalFlags {
  question?: string;
  text?: string;
  choice?: string;
  approve?: boolean;
  refuse?: boolean;
  reason?: string;
  arguments?: string;
  input?: string;
  inputFile?: string;
  done?: boolean;
  decline?: boolean;
  cancel?: boolean;
}

/** The answer that the flags give; undefined when they give none. */
export function answerOf(flags: AnswerFlags): AnswerInput | undefined {
  const { text: said, choice, approve, refuse, input, inputFile, done, decline, cancel } = flags;
  const given = [said, choice, approve, refuse, input, inputFile, done, decline, cancel].filter(
    (value) => value !== undefined,
  );
  if (given.length > 1) {
    throw new McpaError('USAGE', 'the answer is given more than once', {
      hint: 'use one of: --text, --choice, --approve, --refuse, --input, --input-file, --done, --decline, --cancel',
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
  if (decline || cancel || done)
    return { ...base, action: decline ? 'decline' : cancel ? 'cancel' : 'accept' };
  if (input !== undefined || inputFile !== undefined)
    return { ...base, action: 'accept', content: formOf(flags) };
  const text = flags.text ?? flags.choice;
  return text === undefined ? undefined : { ...base, text };
}

function formOf({ input, inputFile }: AnswerFlags): JsonObject {
  const flags = { ...(input !== undefined && { input }), ...(inputFile !== undefined && { inputFile }) };
  const [value] = readInput(undefined, flags, 'mend the JSON');
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new McpaError('INPUT_NOT_JSON', 'a form is a JSON object', {
    hint: `mcpa answer --input '{"name": "Ada"}'; \`mcpa inbox\` shows the fields`,
  });
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
