import { z } from 'zod';
import { paused } from './paused.mjs';
import { plan } from './plan.mjs';

const time = z.iso.datetime();
const count = z.number().int().nonnegative();
const totals = {
  turns: count,
  toolCalls: count.describe('Calls of MCP tools that have a result'),
  retries: count.describe('Attempts beyond the first of calls that succeeded'),
  usage: z.strictObject({
    input: count.describe('Tokens that no cache served or took'),
    output: count,
    cacheRead: count,
    cacheWrite: count,
    cost: z.number().optional().describe('US dollars; absent where the price of the model is unknown'),
  }),
};
const run = z.strictObject({ workflowId: z.string(), runId: z.string() });
const state = z.enum(['paused', 'human', 'auth', 'blocked']);
const previous = z.strictObject({ runId: z.string(), how: z.enum(['continued', 'retried', 'scheduled']) });

const summary = {
  v: z.literal(1),
  workflowId: z.string(),
  runId: z.string(),
  workflow: z.string(),
  taskQueue: z.string(),
  status: z.enum([
    ...['running', 'paused', 'human', 'auth', 'blocked', 'completed', 'failed', 'cancelled', 'terminated'],
    ...['timed_out', 'continued'],
  ]),
  states: z.array(state).describe('All states of an open run; the status is the first'),
  startedAt: time,
  closedAt: time.optional(),
  waits: z
    .array(
      z.strictObject({
        for: state,
        since: time.optional(),
        text: z
          .string()
          .optional()
          .describe('The question, the reason of the pause, or what the provider said'),
        question: z.string().optional().describe('q1, q2, …'),
        expiresAt: time.optional(),
        by: z.string().optional(),
        provider: z.string().optional().describe('That refuses the key, or wants money'),
        fix: z.string().optional().describe('What to do about that'),
      }),
    )
    .describe('What an open run waits for people to do'),
  parent: run.optional(),
  locked: z.string().optional().describe('Why numbers and questions are missing: no key decrypts them here'),
};

const agent = z.strictObject({
  agent: z.string(),
  workflowId: z.string().describe('The run, or the child, whose agent it is'),
  ...totals,
  tools: z.array(
    z.strictObject({
      server: z.string(),
      tool: z.string(),
      calls: count,
      errors: count.describe('Calls whose result was an error that the model read'),
      failed: count.describe('Calls that ended without a result'),
    }),
  ),
});

const activity = z.strictObject({
  activityId: z.string(),
  name: z.string(),
  what: z.string().optional().describe("For mcpa's own: agent and turn, or server and tool"),
  state: z.enum(['scheduled', 'started', 'cancel_requested', 'paused']),
  attempt: count,
  maximumAttempts: count.optional(),
  scheduledAt: time,
  startedAt: time.optional(),
  lastHeartbeatAt: time.optional(),
  nextAttemptAt: time.optional(),
  lastError: z.string().optional(),
  task: z
    .object({ id: z.string(), message: z.string().optional() })
    .optional()
    .describe('the call goes on at its server as this task: each look at it is an attempt'),
  worker: z.string().optional(),
});

const question = z.looseObject({
  id: z.string(),
  kind: z.enum(['input', 'approval', 'form', 'url', 'sampling']),
  prompt: z.string(),
  askedAt: time,
});

const place = {
  index: count.describe('Place in the conversation; its definition is 0'),
  turn: count.describe('The turn that sent it to the model, or that answered'),
  at: time,
};
const leftOut = z
  .strictObject({ turn: count, as: z.enum(['summary', 'line']) })
  .optional()
  .describe('From this turn on the model sees a summary or one line in its place');
const content = z.array(z.looseObject({ type: z.string() })).describe("MCP's content blocks");
const message = z.discriminatedUnion('role', [
  z.strictObject({
    ...place,
    leftOut,
    role: z.literal('user'),
    content,
    outputSchema: z.unknown().optional(),
  }),
  z.strictObject({
    ...place,
    leftOut,
    role: z.literal('assistant'),
    id: z.string(),
    content,
    model: z.string().optional(),
    stopReason: z.string().optional(),
    usage: totals.usage.optional(),
  }),
  z.strictObject({
    ...place,
    leftOut,
    role: z.literal('tool'),
    id: z.string(),
    callId: z.string(),
    tool: z.string().optional(),
    content,
    isError: z.boolean().optional(),
    limit: count.optional().describe('The model saw this many characters of it, the first and the last'),
    part: z
      .strictObject({ of: z.string(), offset: count, length: count })
      .optional()
      .describe('What `read_result` read: characters of the result with the id `of`'),
  }),
]);

export const lookShapes = {
  list: z
    .strictObject({
      ...summary,
      totals: z
        .strictObject({
          ...totals,
          exact: z.boolean().describe('false: as of the last record of an open run'),
        })
        .optional()
        .describe("The run's own numbers, its children not included; absent while nothing is recorded"),
    })
    .describe('One object a line, a line for each run.'),
  describe: z
    .strictObject({
      ...summary,
      totals: z.strictObject(totals).describe('With children'),
      own: z.strictObject(totals).describe('Without children: what `list` shows'),
      earlier: z
        .strictObject(totals)
        .optional()
        .describe('Part of the sums: runs before, whose history is gone or was not read'),
      agents: z.array(agent),
      gone: z.array(z.string()).describe('Children whose history is gone: not in the sums'),
      input: z.string().describe('JSON, cut to 1,000 characters'),
      result: z.string().optional().describe('JSON, cut to 1,000 characters'),
      failure: z
        .strictObject({
          message: z.string(),
          type: z.string().optional(),
          at: z.string().optional().describe('file:line:column'),
        })
        .optional()
        .describe('The innermost cause'),
      paused: paused.optional(),
      held: count.optional().describe('Starts that wait at the closed gate; where a worker answered'),
      questions: z.array(question),
      plans: z
        .array(plan)
        .describe('What patterns plan: all where a worker answered, else the latest as of the last record'),
      activities: z.array(activity),
      children: z.array(z.strictObject({ workflowId: z.string(), runId: z.string(), workflow: z.string() })),
      timers: z.array(z.strictObject({ timerId: z.string(), firesAt: time })),
      cancelRequested: z.literal(true).optional(),
      blocked: z
        .strictObject({ attempt: count, message: z.string(), worker: z.string(), at: time })
        .optional()
        .describe('The workflow task that fails again and again'),
      history: z.strictObject({
        events: count,
        bytes: count,
        limitEvents: count,
        limitBytes: count,
        share: z.number(),
        danger: z.boolean().describe('At 80 % of a limit'),
      }),
      worker: z.strictObject({ pollers: z.array(z.string()), lastPollMs: z.number().optional() }),
      attempt: count.optional().describe('Of a workflow retry policy'),
      previous: previous.optional(),
      nextRunId: z.string().optional(),
    })
    .describe('One object; all numbers are added up from history, and exact.'),
  messages: z
    .strictObject({
      v: z.literal(1),
      workflowId: z.string(),
      runId: z.string(),
      conversations: z.array(
        z.strictObject({
          conversation: z.string(),
          agent: z.string(),
          definition: z
            .strictObject({
              role: z.literal('definition'),
              agent: z.string(),
              instruction: z.string(),
              serverNames: z.array(z.string()),
              tools: z.array(z.looseObject({ name: z.string() })),
            })
            .optional(),
          messages: z.array(message),
          summary: z
            .strictObject({ turn: count, text: z.string() })
            .optional()
            .describe('What the model sees instead of messages, from this turn on'),
          missing: count.optional().describe('Messages too large to be sent: history lacks them'),
        }),
      ),
      children: z.array(z.string()).describe('Children have conversations of their own'),
      previousRunId: z.string().optional().describe('The run that this one continues'),
    })
    .describe('One object: the conversations of one run, as the models saw them.'),
};
