import { z } from 'zod';

const v = z.literal(1);
const text = z.string();

export const serveShapes = {
  serve: z
    .strictObject({
      v,
      type: z.literal('ready'),
      url: text,
      token: z.boolean().describe('Whether clients need one'),
    })
    .describe("With --http: one line when it listens. Over stdio, stdout is the protocol's."),
  'mcp install': z
    .strictObject({
      v,
      client: z.enum(['claude-code', 'cursor', 'vscode']),
      scope: z.enum(['project', 'user']),
      name: text,
      file: text.describe("The client's config"),
      entry: z.record(text, z.unknown()).describe('What stands there under the name'),
      diff: z.array(text).describe('Lines that come (`+`), go (`-`) and stay around them'),
      changed: z.boolean().describe('False: the file has it already'),
      written: z.boolean().describe('False without --yes'),
    })
    .describe("What the client's config gets."),
};
