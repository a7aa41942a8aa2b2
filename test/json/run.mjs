import { z } from 'zod';

const ids = { v: z.literal(1), workflowId: z.string(), runId: z.string().optional() };
const status = z.enum(['running', 'completed', 'blocked']);

export const runShapes = {
  run: z
    .strictObject({ ...ids, status, result: z.unknown().optional() })
    .describe('One object: at the end of the run, or at once with `--detach` (status `running`).'),
  wait: z.strictObject({ ...ids, status, result: z.unknown().optional() }).describe('As `run`.'),
  result: z.strictObject({ ...ids, status, result: z.unknown() }).describe('The result of a closed run.'),
  error: z
    .strictObject({
      v: z.literal(1),
      error: z.strictObject({
        code: z.string().describe('A code of docs/errors.md'),
        message: z.string(),
        hint: z.string().optional().describe('How to mend it'),
      }),
    })
    .describe('What every command prints to stdout with `--json` when it fails; the exit status says how.'),
};
