import type { McpServerConfig } from '../../../config/types.js';
import {
  type JsonObject,
  type ToolAsks,
  type ToolQuestion,
  type ToolSampling,
  utf8Length,
} from '../../../core/index.js';
import { rootsOf } from '../connection/roots.js';
import { asksOf, samplingOf } from './policy.js';
import { readQuestion } from './read-question.js';
import { readSampling } from './read-sampling.js';

/** A call ends with what its tool wants to know, and with why nobody can tell it. */
export type Asked = { asks: ToolAsks } | { problem: string };

const MOST_QUESTIONS = 20;
const LARGEST_STATE = 1_000_000;
/** Bytes of all that the model is asked in one round: history takes 2 MB for an event. */
const LARGEST_ROUND = 1_500_000;

interface InputRequired {
  inputRequests?: Record<string, { method?: unknown; params?: unknown }>;
  requestState?: string;
}

/** What a call that failed asks for; undefined: it failed. */
export function askedBy(error: unknown, config: McpServerConfig): Asked | undefined {
  const { code, data } = (error ?? {}) as { code?: unknown; data?: Record<string, unknown> };
  // The client may make no round of its own (connect.ts), so that it hands the first one out.
  if (code === 'INPUT_REQUIRED_ROUNDS_EXCEEDED')
    return inputRequired(data?.lastResult as InputRequired, config);
  if (code === -32042 && Array.isArray(data?.elicitations)) {
    const requests = data.elicitations.map((params, index) => [String(index), { method: ELICIT, params }]);
    const asked = inputRequired({ inputRequests: Object.fromEntries(requests) }, config);
    return 'asks' in asked ? { asks: { ...asked.asks, refusedUntilVisited: true } } : asked;
  }
  return undefined;
}

/** What a task asks of its caller (`inputRequests` of a task). */
export function askedInTask(
  inputRequests: InputRequired['inputRequests'] & object,
  config: McpServerConfig,
): Asked {
  return inputRequired({ inputRequests }, config);
}

const ELICIT = 'elicitation/create';

function inputRequired({ inputRequests = {}, requestState }: InputRequired, config: McpServerConfig): Asked {
  const policy = asksOf(config);
  const rules = samplingOf(config);
  const questions: Record<string, ToolQuestion> = {};
  const samplings: Record<string, ToolSampling> = {};
  const given: JsonObject = {};
  const requests = Object.entries(inputRequests);
  for (const [key, request] of requests) {
    if (request?.method === 'roots/list' && config.roots.length > 0) {
      given[key] = { roots: rootsOf(config) };
      continue;
    }
    if (request?.method === 'sampling/createMessage' && rules !== undefined) {
      const sampling = readSampling(request.params, rules);
      if ('problem' in sampling) return { problem: `it wants ${sampling.problem}` };
      samplings[key] = sampling;
      continue;
    }
    if (request?.method !== ELICIT || policy === undefined)
      return { problem: `it wants ${JSON.stringify(request?.method)}, which it was not offered` };
    const question = readQuestion(request.params);
    if ('problem' in question) return { problem: `it wants ${question.problem}` };
    questions[key] = question;
  }
  if (requests.length > MOST_QUESTIONS)
    return { problem: `it asks more than ${MOST_QUESTIONS} questions at once` };
  if ((requestState?.length ?? 0) > LARGEST_STATE)
    return { problem: `its state for the call has more than ${LARGEST_STATE} characters` };
  if (utf8Length(JSON.stringify(samplings)) > LARGEST_ROUND)
    return { problem: `it asks the model more than ${LARGEST_ROUND} bytes at once` };
  const sampled = Object.keys(samplings).length > 0 && rules;
  return {
    asks: {
      questions,
      ...(sampled ? { samplings, maxSamplings: sampled.maxRequests } : {}),
      ...(Object.keys(given).length === 0 ? {} : { given }),
      ...(requestState === undefined ? {} : { state: requestState }),
      ...(policy ?? { maxRounds: 10 }),
    },
  };
}
