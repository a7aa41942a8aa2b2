import { z } from 'zod';

const kind = z.enum(['user', 'auth', 'quota']);
const provider = {
  provider: z.string().optional().describe('Of `auth` and `quota`: who refuses'),
  message: z.string().optional().describe('In its words'),
  fix: z.string().optional().describe('What to do about it; then `mcpa resume`'),
  server: z.string().optional().describe('MCP server that wants a login, which resumes the run'),
};

/** Fields that tell who closed a run's gate. */
export const pausedFields = {
  at: z.iso.datetime(),
  kind: kind.describe('A person paused; or its model’s provider refuses the key, or wants money'),
  by: z.string().optional(),
  reason: z.string().optional(),
  with: z.string().optional().describe('The run that it was paused with, as a child of it'),
  ...provider,
};

export const paused = z.strictObject(pausedFields);
