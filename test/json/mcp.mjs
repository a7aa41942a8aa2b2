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
const login = z.strictObject({
  server: text,
  url: text,
  state: z
    .enum(['none', 'headers', 'headers_from', 'logged_in', 'ended'])
    .describe('ended: a person has to log in again'),
  issuer: text.optional(),
  clientId: text.optional(),
  scopes: z.array(text).optional(),
  since: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional().describe('Of the token; workers refresh it before'),
  refreshes: z.boolean().optional().describe('It goes on without a person when the token expires'),
  why: text.optional().describe('Why it has ended'),
});
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
  'mcp login': z
    .strictObject({
      v,
      login,
      resumed: z
        .array(
          z.strictObject({ workflowId: text, runId: text, state: text.optional(), error: text.optional() }),
        )
        .describe('Runs of this task queue that waited for the login'),
      notAsked: text.optional().describe('Why no runs were looked for: the engine did not answer'),
    })
    .describe('The login, without its tokens, and the runs that go on with it.'),
  'mcp logout': z
    .strictObject({
      v,
      server: text,
      removed: z.boolean().describe('False: there was no login'),
      revoked: z.boolean().describe('The authorization server has taken the tokens back'),
      why: text.optional().describe('Why it has not'),
    })
    .describe('What became of the login.'),
  'mcp status': z
    .strictObject({ v, servers: z.array(login) })
    .describe('Every remote server of the config; a login without its tokens.'),
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
