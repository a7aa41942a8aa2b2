import { z } from 'zod';
import { choice, count, flag, list, retry, seconds, text, texts } from './parts.js';

const fileUri = z.string().regex(/^file:\/\//, 'must start with file://');
const root = z.strictObject({
  uri: fileUri.describe('A folder that the server may use, as file:// URI'),
  name: text('Name shown to the server'),
  server_uri_alias: fileUri.describe('What the server is told instead of `uri`').optional(),
});

const APPROVE = ['always', 'never', 'unannotated'] as const;
const approve = z.union([
  z.enum(APPROVE),
  z.strictObject({
    default: choice(APPROVE, 'For tools that `tools` does not name; default never'),
    tools: z.record(z.string(), z.enum(APPROVE)).describe('Policy by tool').optional(),
    timeout_seconds: seconds('Deadline of each decision; default: none'),
    on_timeout: choice(['refuse', 'approve'], 'What the deadline decides; default refuse'),
  }),
]);

const ELICITATION = ['off', 'ask'] as const;
const elicitation = z.union([
  z.enum(ELICITATION),
  z.strictObject({
    policy: choice(ELICITATION, 'off: it is not told that anybody could be asked; default ask'),
    timeout_seconds: seconds('Deadline of each question, after which the tool gets cancel; default: none'),
    max_rounds: count('How often one call may ask; default 10'),
  }),
]);

const SAMPLING = ['off', 'ask', 'auto'] as const;
const sampling = z.union([
  z.enum(SAMPLING),
  z.strictObject({
    policy: choice(
      SAMPLING,
      'off: it is not told that a model could answer; ask: a person approves each request first; auto: at once; default ask',
    ),
    timeout_seconds: seconds('Deadline of each approval, after which it is refused; default: none'),
    max_tokens: count('Most tokens of one answer, whatever the tool asks for; default 4096'),
    max_requests: count("How often one call may ask the agent's model; default 10"),
  }),
]);

const TASKS = ['off', 'follow'] as const;
const tasks = z.union([
  z.enum(TASKS),
  z.strictObject({
    policy: choice(TASKS, 'off: it is not told that it may answer with a task; default follow'),
    timeout_seconds: seconds(
      'Deadline of each task, which is cancelled then; default: none but that of its run',
    ),
  }),
]);

const oauth = z.strictObject({
  grant: choice(
    ['authorization_code', 'client_credentials'],
    'client_credentials: workers log in by themselves; default authorization_code, by `mcpa mcp login`',
  ),
  client_id: text('Client that is registered there already; default: one is registered by the login'),
  client_secret: text('Its secret, if it has one'),
  client_metadata_url: text('https address of a client ID metadata document, for servers that take one'),
  scopes: list('Scopes to ask for; default: those that the server names'),
  authorization_server: text(
    'The only issuer that a login may come from; default: the one that the server names',
  ),
  callback_port: count('Port of the redirect on this machine; default: a free one'),
});

/** One entry of `mcp.servers`. */
export const mcpServer = z.strictObject({
  transport: choice(
    ['stdio', 'streamable_http', 'sse'],
    'Default: stdio with `command`, streamable_http with `url`',
  ),
  command: text('Program to start (stdio)'),
  args: list('Its arguments'),
  env: texts('Environment variables added for the program'),
  cwd: text('Its working folder; default: the project'),
  url: text('Address of a remote server'),
  headers: texts('HTTP headers for a remote server'),
  auth: z
    .strictObject({ oauth: oauth.describe('How to log in to it').optional() })
    .describe('Login to a remote server')
    .optional(),
  headers_from: text(
    "Activity of the project that gives the HTTP headers of each run, so that each has the server's own identity",
  ),
  allowed_tools: list('Tools that agents may use; absent: all, empty: none'),
  timeout_seconds: seconds('Time for one tool call, and to read a resource or a prompt; default 60'),
  read_timeout_seconds: seconds("mcp-agent's name for `timeout_seconds`"),
  connect_timeout_seconds: seconds('Time to start and to connect'),
  http_timeout_seconds: seconds("mcp-agent's name for `connect_timeout_seconds`"),
  session: choice(
    ['stateless', 'stateful'],
    'stateful keeps one session per run on one worker; default stateless',
  ),
  session_idle_seconds: seconds(
    'A stateful session that its run leaves unused this long is closed; default 3600',
  ),
  tools: z
    .record(
      z.string(),
      z.strictObject({
        timeout_seconds: seconds('Time for one call of this tool'),
        retry: retry.describe('Retry policy of this tool').optional(),
        repeatable: flag('It may be repeated after its request was sent; default: what its annotations say'),
      }),
    )
    .describe('Settings by tool')
    .optional(),
  protocol: choice(['auto', '2025', '2026'], 'MCP protocol generation; default auto'),
  optional: flag('A worker starts without it when it is unavailable; default false'),
  retry: retry.describe("Retry policy of this server's tools").optional(),
  approve: approve
    .describe('Which tool calls wait for a person; unannotated: all that are not marked harmless')
    .optional(),
  elicitation: elicitation.describe('Whether its tools may ask people; default ask').optional(),
  sampling: sampling.describe("Whether its tools may ask the agent's model; default ask").optional(),
  tasks: tasks.describe('Whether its tools may go on as tasks, which runs follow; default follow').optional(),
  roots: z.array(root).describe('Folders told to the server').optional(),
  description: text('For people who read the file; no effect'),
});
