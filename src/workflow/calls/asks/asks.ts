import { sleep } from '@temporalio/workflow';
import type { CallToolInput, JsonObject, ToolAnswer, ToolAsks, ToolQuestion } from '../../../core/index.js';
import { withDefaults } from '../../../core/index.js';
import { ask } from '../../operate/human-input.js';
import { operations } from '../../run-state.js';
import { type Caller, sample } from './sampling.js';

/** A server that only wants to be called again gets more and more time. */
const AGAIN_MS = 1_000;
const LONGEST_MS = 30_000;

/** How much one call has asked so far. */
export interface Rounds {
  round: number;
  samplings: number;
}

/** The call with what people and the model answered, to be made again; or why it is not. */
export async function answered(
  caller: Caller,
  input: CallToolInput,
  asks: ToolAsks,
  rounds: Rounds,
): Promise<{ input: CallToolInput } | { refused: string }> {
  const { tool } = input;
  const round = rounds.round++;
  if (round > asks.maxRounds)
    return { refused: `The call of ${tool} was given up: it still asked after ${asks.maxRounds} rounds.` };
  const questions = Object.entries(asks.questions);
  const samplings = Object.entries(asks.samplings ?? {});
  rounds.samplings += samplings.length;
  if (asks.maxSamplings !== undefined && rounds.samplings > asks.maxSamplings)
    return { refused: givenUp(tool, `it may ask ${asks.maxSamplings} times in one call`) };
  if (questions.length === 0 && samplings.length === 0 && asks.given === undefined) {
    const pause = Math.min(LONGEST_MS, AGAIN_MS * round);
    await operations().gate.ungated(() => sleep(pause, { summary: `mcpa: ${input.server}.${tool} again` }));
  }
  // A question of its own each: they may be for different people, and each can be declined alone.
  const [answers, replies] = await Promise.all([
    Promise.all(
      questions.map(async ([key, question]) => [key, await askFor(input, question, asks.timeoutMs)] as const),
    ),
    Promise.all(samplings.map(async ([key, each]) => [key, await sample(caller, input, each)] as const)),
  ]);
  const { call = 0 } = input.asks ?? {};
  if (asks.refusedUntilVisited) {
    const unvisited = answers.find(([, { action }]) => action !== 'accept');
    return unvisited === undefined
      ? { input: { ...input, asks: { call } } }
      : {
          refused: `The call of ${tool} was not made: the page that it wants visited was not (${unvisited[1].action}).`,
        };
  }
  const sampled: Record<string, unknown> = {};
  for (const [key, reply] of replies) {
    // The protocol has no word for it: who gets no answer is not called again.
    if ('refused' in reply) return { refused: givenUp(tool, reply.refused, reply.why) };
    sampled[key] = reply.message;
  }
  const responses = { ...asks.given, ...Object.fromEntries(answers), ...sampled } as JsonObject;
  const { state } = asks;
  return {
    input: {
      ...input,
      asks: {
        call,
        ...(Object.keys(responses).length === 0 ? {} : { responses }),
        ...(state === undefined ? {} : { state }),
      },
    },
  };
}

function givenUp(tool: string, refused: string, why?: string): string {
  const more = why === undefined ? '' : ` (${why})`;
  return `The call of ${tool} was given up: it wants an answer of the model, and ${refused}${more}.`;
}

/** One question of a tool, in the inbox until a person answers or its deadline passes, which is `cancel`. */
export async function askFor(
  { agent, server, tool, arguments: args }: CallToolInput,
  question: ToolQuestion,
  timeoutMs: number | undefined,
): Promise<ToolAnswer> {
  const { mode, message, ...asked } = question;
  const answer = await ask(
    { kind: mode, prompt: message, ...asked, agent, tool: { server, tool, arguments: args } },
    timeoutMs,
  );
  const action = answer?.action ?? 'cancel';
  if (question.mode !== 'form' || action !== 'accept') return { action };
  return { action, content: withDefaults(question.schema, answer?.content ?? {}) };
}
