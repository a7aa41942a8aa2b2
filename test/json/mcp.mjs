import { z } from 'zod';

const v = z.literal(1);
const text = z.string();
const count = z.number().int().nonnegative();

const connection = {
  server: text.describe('Its name in the config'),
  state: z.enum(['connecting', 'ready', 'broken', 'closed']).describe('closed: not asked for yet'),
  pid: count.optional().describe('For a local server'),
  since: z.iso.datetime().optional(),
  era: z.enum(['2025', '2026']).optional().describe('Protocol generation'),
  protocol: text.optional().describe('Protocol version that was agreed on'),
  version: text.optional().describe('What the server calls itself'),
};
const content = z.looseObject({ type: text }).describe('A content block of MCP');
const object = z.record(text, z.unknown());

export const mcpShapes = {
  'mcp list': z
    .strictObject({
      v,
      servers: z.array(
        z.strictObject({
          ...connection,
          transport: z.enum(['stdio', 'streamable_http', 'sse']),
          target: text.describe('Command line or address'),
          session: z.enum(['stateless', 'stateful']),
          optional: z.boolean(),
          tools: count.optional().describe('How many of its tools agents may use; not with --no-connect'),
          ms: count.optional(),
          error: text.optional(),
          fix: text.optional(),
        }),
      ),
    })
    .describe('The MCP servers of the config; status 3 when one is down that is not optional.'),
  'mcp tools': z
    .strictObject({
      v,
      server: text,
      tools: z.array(
        z.strictObject({
          server: text,
          name: text,
          description: text.optional(),
          inputSchema: object,
          annotations: object.optional(),
        }),
      ),
    })
    .describe('The tools of one server that agents may use, or the one that was named.'),
  'mcp call': z
    .strictObject({
      v,
      server: text,
      tool: text,
      isError: z.boolean().describe('The tool itself answered with an error; status 1'),
      content: z.array(content),
      structuredContent: object.optional(),
      ms: count,
    })
    .describe('What the tool answered.'),
  'mcp ps': z
    .strictObject({
      v,
      connections: z.array(
        z.strictObject({
          ...connection,
          run: text.optional().describe('The run whose session it is'),
          worker: count.describe('Process id of the worker'),
        }),
      ),
    })
    .describe("What this project's workers on this machine are connected to."),
};
