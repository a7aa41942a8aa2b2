import { z } from 'zod';
import { paused } from './paused.mjs';

const ids = { v: z.literal(1), workflowId: z.string(), runId: z.string().optional() };
const status = z.enum(['running', 'completed', 'blocked']);
const waits = z
  .union([
    z.strictObject({ for: z.literal('human') }),
    z.strictObject({ for: z.literal('auth'), workflowId: z.string(), refused: paused }),
  ])
  .optional()
  .describe('With status `blocked`: a person’s answer, or a key or credit; the run, or a child of it');

export const runShapes = {
  run: z
    .strictObject({ ...ids, status, result: z.unknown().optional(), waits })
    .describe('One object: at the end of the run, or at once with `--detach` (status `running`).'),
  wait: z.strictObject({ ...ids, status, result: z.unknown().optional(), waits }).describe('As `run`.'),
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
