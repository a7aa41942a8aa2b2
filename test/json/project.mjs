import { z } from 'zod';

const v = z.literal(1);
const text = z.string();
const count = z.number().int().nonnegative();
const finding = z.strictObject({
  check: text,
  state: z.enum(['good', 'bad', 'note']),
  message: text,
  fix: text.optional().describe('How to mend it'),
});

export const projectShapes = {
  codec: z
    .strictObject({
      v,
      type: z.literal('ready'),
      url: text.describe('To which `/encode`, `/decode` and, for the Web UI, `/TOKEN` are added'),
      origins: z.array(text).describe('Pages that may ask'),
      token: text.optional().describe('Not with --token-file'),
    })
    .describe('Printed once, when it listens.'),
  init: z
    .strictObject({
      v,
      dir: text,
      name: text,
      template: text.optional().describe('Not with --from'),
      from: text.optional().describe('The mcp-agent project that was taken over'),
      files: z.array(text),
      workflows: z.array(text).optional().describe('With --from: the stubs'),
      notes: z.array(text).optional().describe('With --from: what changed and what is left to you'),
      installed: z.boolean(),
      next: z.array(text).describe('The commands to type next'),
    })
    .describe('The project that was made.'),
  'init --list': z
    .strictObject({ v, templates: z.array(z.strictObject({ name: text, description: text })) })
    .describe('The templates.'),
  worker: z
    .strictObject({
      v,
      type: z.literal('ready'),
      identity: text,
      taskQueue: text,
      address: text,
      workflows: z.array(text),
      servers: z.array(text),
      activities: z.array(text).describe("The project's own"),
      agents: z.array(text).describe('Agents of the config and of files'),
      bundle: z.strictObject({ cached: z.boolean(), ms: z.number(), hash: text }),
      deployment: z
        .strictObject({ name: text, buildId: text })
        .optional()
        .describe('With `worker.deployment`: its version'),
    })
    .describe('One line when it polls.'),
  'server start': z
    .strictObject({ v, type: z.literal('ready'), address: text, uiUrl: text, pid: count, dbFile: text })
    .describe('One line when the engine answers.'),
  'server install': z
    .strictObject({ v, path: text, source: text, version: text })
    .describe('The binary, and which way it came from.'),
  'server status': z
    .strictObject({
      v,
      answering: z.boolean(),
      configured: text.describe('The address that the config names'),
      running: z.boolean().describe('An engine that mcpa started for this project runs'),
      address: text.optional(),
      uiUrl: text.optional(),
      pid: count.optional(),
      dbFile: text.optional(),
      dbBytes: count.optional(),
      version: text.optional(),
      source: text.optional(),
      projectDir: text.optional(),
      mode: text.optional(),
      startedAt: z.iso.datetime().optional(),
    })
    .describe('Whose engine it is; status 3 when nothing answers.'),
  doctor: z
    .strictObject({ v, ok: z.boolean(), checks: z.array(finding) })
    .describe('All checks; status 3 when one is bad.'),
  'config show': z
    .strictObject({
      v,
      files: z.array(text),
      projectDir: text,
      values: z.array(z.strictObject({ key: text, value: z.unknown(), origin: text })),
    })
    .describe('Every value and where it came from, secrets masked.'),
  'config check': z
    .strictObject({
      v,
      ok: z.literal(true),
      files: z.array(text),
      warnings: z.array(z.unknown()),
      notes: z.array(text),
    })
    .describe('What is good; problems are an `error`.'),
  version: z
    .strictObject({
      v,
      mcpa: z.strictObject({ version: text, path: text }),
      project: z.strictObject({ version: text, path: text }).nullable(),
      node: text,
      platform: text,
    })
    .describe('`mcpa --version --json`.'),
};
