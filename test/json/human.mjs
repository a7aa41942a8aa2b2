import { z } from 'zod';
import { paused } from './paused.mjs';

const question = z.strictObject({
  id: z.string().describe('q1, q2, …: unique in the run'),
  kind: z
    .enum(['input', 'approval', 'form', 'url', 'sampling'])
    .describe('`form` and `url` are what a tool asks; `sampling`: may the model answer a tool?'),
  prompt: z.string(),
  choices: z.array(z.string()).optional(),
  default: z.string().optional(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  agent: z.string().optional(),
  tool: z
    .strictObject({ server: z.string(), tool: z.string(), arguments: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('The call that waits for approval, or whose tool asks'),
  schema: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Of a form: JSON Schema of its fields; absent when it is large'),
  url: z.string().optional().describe('The page that the tool wants visited'),
  sampling: z
    .strictObject({
      messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), text: z.string() })),
      systemPrompt: z.string().optional(),
      maxTokens: z.number().int(),
    })
    .optional()
    .describe('What the tool asks the model; absent when it is large'),
});

export const humanShapes = {
  inbox: z
    .strictObject({
      v: z.literal(1),
      questions: z.array(
        z.strictObject({
          workflowId: z.string(),
          runId: z.string(),
          workflow: z.string(),
          taskQueue: z.string(),
          question,
          locked: z
            .string()
            .optional()
            .describe('Why the question stands as `?`, since the run’s start: no key decrypts it here'),
        }),
      ),
      refusals: z
        .array(
          z.strictObject({
            workflowId: z.string(),
            runId: z.string(),
            workflow: z.string(),
            taskQueue: z.string(),
            refused: paused,
          }),
        )
        .describe('Runs whose model’s provider refuses the key, or wants money'),
    })
    .describe(
      'All that waits for people, oldest first. With `--watch` one object for each look that found something new.',
    ),
  answer: z
    .strictObject({
      v: z.literal(1),
      workflowId: z.string(),
      state: z.enum(['accepted', 'queued', 'kept']),
      question: z.string().optional(),
    })
    .describe('`queued`: no worker answered; `kept`: for the next question, as none is open.'),
};
