import { z } from 'zod';
import { paused } from './paused.mjs';

const v = z.literal(1);
const ids = { workflowId: z.string(), runId: z.string() };
const end = z.enum(['completed', 'failed', 'cancelled', 'terminated', 'timed_out', 'continued']);
const error = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** With `--query`: what became of each run. */
const batch = z.strictObject({
  v,
  act: z.string(),
  query: z.string(),
  runs: z.array(
    z.strictObject({
      ...ids,
      state: z.string().optional().describe('The state that it reached'),
      error: error.optional().describe('Why it did not'),
    }),
  ),
});

const children = z.array(z.strictObject(ids));

const pause = z.strictObject({
  v,
  ...ids,
  state: z.enum(['paused', 'pausing', 'running', ...end.options]),
  already: z.boolean().describe('It was so before; nothing was sent'),
  paused: paused.optional(),
  inFlight: z.array(
    z.strictObject({
      kind: z.enum(['activity', 'child']),
      id: z.string(),
      name: z.string(),
      runId: z.string().optional().describe('Of a child'),
      workflowId: z.string().optional().describe('The child run that it belongs to; absent: the run itself'),
      attempt: z.number().optional(),
      nextAttemptAt: z.iso.datetime().optional(),
    }),
  ),
  children: children.describe('Child runs that were paused, or went on, with it'),
  stillPaused: children
    .optional()
    .describe('Of `resume`: child runs that were paused on their own, and stay so'),
});

const ended = z.strictObject({ v, ...ids, status: end });

export const actShapes = {
  signal: z
    .union([
      z.strictObject({
        v,
        workflowId: z.string(),
        signal: z.string(),
        args: z.array(z.unknown()),
        state: z.literal('sent'),
      }),
      batch,
    ])
    .describe('With `--query`: the second form, for every batch command.'),
  query: z
    .strictObject({ v, workflowId: z.string(), query: z.string(), result: z.unknown() })
    .describe('`result`: what the handler returned, null for nothing.'),
  update: z
    .strictObject({
      v,
      ...ids,
      update: z.string(),
      updateId: z.string(),
      result: z.unknown(),
    })
    .describe('`result`: what the handler returned, null for nothing.'),
  pause: z
    .union([pause, batch])
    .describe('State `pausing` goes with exit status 7: `--timeout` passed while calls were in flight.'),
  resume: z.union([pause, batch]).describe('As `pause`.'),
  cancel: z.union([ended, batch]).describe('The state that the run reached.'),
  terminate: z.union([ended, batch]).describe('As `cancel`.'),
  retry: z
    .strictObject({
      v,
      ...ids,
      failedRunId: z.string(),
      step: z.string().describe('What is done anew first'),
      repeated: z
        .array(z.string())
        .describe(
          'Activities that had completed and run again, as they were started together with that step',
        ),
    })
    .describe('The new run; with `--follow` what `wait` prints.'),
};
