import { z } from 'zod';
import { pausedFields } from './paused.mjs';
import { plan, task } from './plan.mjs';

const text = z.string();
const count = z.number().int().nonnegative();
const json = z.unknown();

const base = {
  v: z.literal(1),
  time: z.iso.datetime(),
  workflowId: text,
  runId: text,
  cursor: text.optional().describe('`--from` goes on after it; live events have none'),
  live: z.literal(true).optional().describe('may be skipped, and never comes again'),
  depth: count.optional().describe("of a child's event: 1 for a child of the followed run"),
  parent: text.optional().describe("of a child's event: workflow id of the run that started it"),
};
const event = (type, fields, about) =>
  z.strictObject({ type: z.literal(type), ...fields, ...base }).describe(about);

const usage = z.strictObject({
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
  cost: z.number().optional(),
});
const model = { agent: text, conversation: text, turn: count, activityId: text };
const tool = {
  agent: text,
  activityId: text,
  callId: text,
  server: text,
  tool: text,
  conversation: text.optional(),
  turn: count.optional().describe('absent for a call that the workflow made itself'),
};
const activity = { name: text, activityId: text };
const ended = {
  ms: count,
  attempt: count,
  lastError: text.optional().describe('why the attempt before failed'),
};
const question = { question: text, kind: z.enum(['input', 'approval', 'form', 'url', 'sampling']) };
const decision = z.enum(['approve', 'refuse']).optional();
const action = z.enum(['accept', 'decline', 'cancel']).optional();
const said = {
  by: text.optional(),
  text: text.optional(),
  decision,
  action,
  edited: z.literal(true).optional(),
};
const asked = z.strictObject({
  id: text,
  name: text,
  arguments: json,
  server: text.optional().describe('absent for a local tool'),
  tool: text.optional(),
  problem: text.optional(),
});

const events = [
  event(
    'run_started',
    { workflow: text, taskQueue: text, input: z.array(json), continues: text.optional() },
    'the first event of each run',
  ),
  event(
    'task_started',
    { worker: text },
    'a worker took the run up: the first, another one, or any after a blocked task',
  ),
  event('turn_started', model, 'an agent asks its model'),
  event(
    'model_call_completed',
    {
      ...model,
      ...ended,
      model: text,
      usage,
      cost: z.number().optional(),
      text,
      toolCalls: z.array(asked),
      stopReason: text,
    },
    'the model answered; `cost` in US dollars where the price is known',
  ),
  event('model_call_failed', { ...model, ...ended, message: text }, 'the model call failed for good'),
  event(
    'catalog_changed',
    { agent: text, conversation: text, turn: count, from: text, to: text },
    "the agent's servers offer other tools than at its call before; digests of the catalogues",
  ),
  event(
    'servers_missing',
    { agent: text, conversation: text, turn: count, servers: z.array(text) },
    'optional MCP servers were down, their tools were not offered; none: all are back',
  ),
  event(
    'context_compacted',
    {
      agent: text,
      conversation: text,
      turn: count,
      policy: z.enum(['truncate_tools', 'summarize']),
      items: count.describe('messages that a summary replaces, or tool results that a line replaces'),
      tokensBefore: count,
      tokensAfter: count,
    },
    "the conversation outgrew its model's context; tokens are estimates. `mcpa messages` marks what the model no longer sees",
  ),
  event('tool_call_started', { ...tool, arguments: json }, 'long arguments are shortened'),
  event(
    'tool_call_completed',
    {
      ...tool,
      ...ended,
      isError: z.boolean(),
      text,
      asks: count.optional().describe('no result: so many questions of the tool are to be answered first'),
      task: text
        .optional()
        .describe('no result: the server goes on as this task, which the next call follows'),
    },
    'long texts are shortened',
  ),
  event('tool_call_failed', { ...tool, ...ended, message: text }, 'the call failed for good'),
  event('activity_started', activity, "another activity, mcpa's or the user's"),
  event('activity_completed', { ...activity, ...ended }, 'its end'),
  event('activity_failed', { ...activity, ...ended, message: text }, 'its failure'),
  event(
    'question_asked',
    {
      ...question,
      prompt: text,
      choices: z.array(text).optional(),
      default: text.optional(),
      expiresAt: z.iso.datetime().optional(),
      agent: text.optional(),
      tool: z.strictObject({ server: text, tool: text, arguments: json }).optional(),
      schema: json.optional(),
      url: text.optional(),
      sampling: json.optional(),
    },
    'a person is asked; an approval names its tool call, and so does what a tool asks',
  ),
  event(
    'question_closed',
    { ...question, how: z.enum(['answered', 'expired', 'default', 'cancelled']), ...said },
    'how a question ended',
  ),
  event(
    'answer',
    {
      via: z.enum(['update', 'signal']),
      answerId: text.optional(),
      question: text.optional(),
      ...said,
      refused: text.optional(),
    },
    'an answer reached the run',
  ),
  event('signal', { name: text, args: z.array(json) }, 'any other signal'),
  event(
    'update',
    {
      name: text,
      state: z.enum(['accepted', 'completed', 'failed', 'rejected']),
      updateId: text,
      args: z.array(json).optional(),
      message: text.optional(),
    },
    'any other update',
  ),
  event(
    'plan',
    {
      change: z.enum(['planned', 'progress']),
      ...plan.shape,
      ended: z.array(task).describe('tasks that ended since the event before of this plan'),
    },
    'a pattern has planned, or tasks of its plan have ended; long texts are shortened, and of a plan of more than 20 tasks those under way are here',
  ),
  event('paused', pausedFields, 'nothing new is started'),
  event('resumed', { by: text.optional(), reason: text.optional() }, 'the gate is open again'),
  event(
    'timer',
    {
      state: z.enum(['started', 'fired', 'cancelled']),
      timerId: text,
      ms: count.optional(),
      summary: text.optional(),
    },
    "a timer of the workflow; a question's deadline is none",
  ),
  event(
    'child',
    {
      state: z.enum([
        'started',
        'completed',
        'failed',
        'cancelled',
        'timed_out',
        'terminated',
        'not_started',
      ]),
      workflow: text,
      childId: text,
      childRunId: text.optional(),
      message: text.optional(),
      statesOnly: z.literal(true).optional().describe('too many children are open: this one tells no more'),
    },
    'a child run; its own events come after its start and before the word of its end',
  ),
  event('state', { states: z.array(text) }, 'the search attribute `McpaState`'),
  event(
    'task_failed',
    { message: text, worker: text, code: text.optional() },
    'the run is blocked until a worker gets past this',
  ),
  event(
    'history_nearly_full',
    { events: count, bytes: count, share: z.number() },
    'the history has four fifths of what the engine takes before it terminates the run; told once a run',
  ),
  event('cancel_requested', {}, 'the run may clean up before it ends'),
  event(
    'run_continued',
    { newRunId: text, message: text.optional() },
    'the next run of the chain follows; `message`: why it was tried again',
  ),
  event('run_completed', { result: json.optional() }, 'end of the run'),
  event(
    'run_failed',
    { message: text, failureType: text.optional(), at: text.optional().describe('file:line:column') },
    'end of the run, with its deepest cause',
  ),
  event('run_cancelled', {}, 'end of the run'),
  event('run_timed_out', {}, 'end of the run'),
  event('run_terminated', { reason: text }, 'end of the run'),
  event(
    'retry',
    { ...activity, attempt: count, message: text, nextMs: count.describe('0: it is tried now') },
    'live: why an attempt failed, and when the next is due',
  ),
  event(
    'waiting',
    {
      ...model,
      for: z.enum(['requests_per_minute', 'tokens_per_minute', 'retry_after']).optional(),
      ahead: count.optional().describe('calls that go before it'),
    },
    'live: a model call waits for the limits of its provider; without `for` no longer',
  ),
  event(
    'tool_progress',
    {
      ...tool,
      task: text.optional().describe("the call goes on as this task of its server's"),
      message: text.optional(),
      progress: z.number().optional(),
      total: z.number().optional(),
    },
    'live: what the server says of a call that goes on',
  ),
  event('token', { ...model, text, offset: count }, 'live: text as it streams; `offset` is where it begins'),
  event('engine_lost', { message: text }, 'live: the engine does not answer; tail tries again for a minute'),
];

export const tailShapes = {
  tail: z
    .discriminatedUnion('type', events)
    .describe(
      'One event a line, and nothing else; the exit status tells how the run ended. Events of one run come in order; those of a child come between the words of its start and its end.',
    ),
};
