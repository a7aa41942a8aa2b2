import { z } from 'zod';

export const task = z.strictObject({
  description: z.string(),
  agent: z.string(),
  state: z.enum(['planned', 'running', 'done', 'failed']),
});

/** What a pattern plans. */
export const plan = z.strictObject({
  pattern: z.string(),
  objective: z.string(),
  steps: z.array(z.strictObject({ description: z.string(), tasks: z.array(task) })),
  total: z
    .number()
    .int()
    .optional()
    .describe('Tasks in all, where only those around the ones under way are here'),
  first: z.number().int().optional().describe('Place of the first of them, from 0; absent: the first of all'),
});
