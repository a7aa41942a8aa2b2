import type { Duration } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/workflow';
import { HUMAN_INPUT_TIMEOUT, waitForHumanInput } from '../operate/human-input.js';
import { type LocalTool, tool } from './tool.js';

/** How an agent's model may ask a person. */
export interface HumanInputTool {
  /** Deadline of each question; without one it waits for ever. */
  timeout?: Duration;
  /** The answer when the deadline passes; without one the model is told that nobody answered. */
  default?: string;
}

export const ASK_HUMAN = 'ask_human';

/** The tool by which the model asks a person; the question goes to the inbox. */
export function askHuman(agent: string, options: HumanInputTool): LocalTool {
  return tool({
    name: ASK_HUMAN,
    description:
      'Ask a person a question and wait for the answer. Use it for what only a person can know or decide.',
    schema: {
      type: 'object',
      properties: {
        question: { type: 'string', description: 'The question, with all that is needed to answer it.' },
        choices: { type: 'array', items: { type: 'string' }, description: 'The only answers allowed.' },
      },
      required: ['question'],
    },
    async run(args) {
      const { question, choices } = args as { question?: unknown; choices?: unknown };
      if (typeof question !== 'string') throw new TypeError('`question` is missing');
      const list = Array.isArray(choices) && choices.length > 0 ? choices.map(String) : undefined;
      try {
        return await waitForHumanInput(question, {
          agent,
          ...options,
          ...(list === undefined ? {} : { choices: list }),
        });
      } catch (error) {
        if (!(error instanceof ApplicationFailure) || error.type !== HUMAN_INPUT_TIMEOUT) throw error;
        throw new Error(`Nobody answered within ${options.timeout}.`);
      }
    },
  });
}
