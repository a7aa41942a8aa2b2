import { z } from 'zod';

const v = z.literal(1);
const text = z.string();
const count = z.number().int().nonnegative();

const verdict = z.strictObject({
  workflowId: text,
  runId: text,
  workflow: text,
  fits: z.boolean(),
  difference: z
    .strictObject({
      message: text.describe('All of it in one line'),
      recorded: z
        .strictObject({ eventId: count, step: text })
        .optional()
        .describe('The step of the history that the code no longer takes'),
      now: text.optional().describe('The step that it takes instead; absent where it ends or fails'),
      file: text.optional().describe("Of the code that takes it, from the project's folder"),
      line: count.optional(),
    })
    .optional()
    .describe('Absent where it fits'),
});

export const replayShapes = {
  check: z
    .strictObject({ v, checked: count, fit: count, differ: count, runs: z.array(verdict) })
    .describe("What the replays say; the exit status is 1 when a run doesn't fit."),
  dev: z
    .union([
      z.strictObject({
        v,
        type: z.literal('engine'),
        address: text,
        started: z.boolean(),
        uiUrl: text.nullable(),
      }),
      z.strictObject({
        v,
        type: z.literal('reload'),
        loaded: z.boolean().describe('Whether the edit serves now'),
        fit: count.describe('Open runs that fit the edited code'),
        differ: count,
        held: count.describe(
          'Those of them that stay on the code before until they end; the others are blocked once the edit serves',
        ),
        runs: z.array(verdict).describe('Those that do not fit'),
      }),
      z.strictObject({
        v,
        type: z.literal('drained'),
        buildId: text.describe('Version of a worker whose last run has ended, or gone over: it ends'),
      }),
    ])
    .describe(
      'A line for the engine; then one of `worker` for each start of the worker, and one of `reload` where runs were open at an edit; `drained` when nothing is left on the code before one.',
    ),
};
