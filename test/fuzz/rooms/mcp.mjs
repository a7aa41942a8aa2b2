import { join } from 'node:path';
import { createMcpPool, McpCallError } from '../../../dist/worker/mcp/index.js';
import { answerBytes } from './mcp/messages.mjs';
import { rawHttp } from './mcp/raw-server.mjs';

const script = join(import.meta.dirname, 'mcp/raw-server.mjs');
const CALL_MS = 250;
/** For a connection to be replaced, pauses included. */
const AFTER_MS = 60_000;
const PARTS = ['text', 'image', 'audio', 'resource', 'resource_link'];

class Late extends Error {}

/** Answers of MCP servers, through the pool: always a result or an `McpCallError` with a kind, and the next call is served. */
export async function open() {
  const http = await rawHttp();
  const stdio = (env = {}) => server({ command: process.execPath, args: [script, 'stdio'], env });
  const overHttp = server({ transport: 'streamable_http', url: http.url });
  const pools = { stdio: pool({ a: stdio() }), http: pool({ a: overHttp }) };

  /** An answer to a call that is no answer, on a connection that has served others and goes on to. */
  async function call(random, transport) {
    const say = answerBytes('tools/call', random).toString('base64');
    if (transport === 'http') Object.assign(http.next, manner(random), { start: {} });
    const outcome = await settle(
      () => pools[transport].callTool(toolCall('say', { say }, CALL_MS)),
      checkResult,
    );
    await served(pools[transport]);
    return `${transport} call: ${outcome}`;
  }

  /** A start that goes wrong: a pool of its own, that serves once the server speaks again. */
  async function start(random, transport) {
    const method = random.pick(['initialize', 'tools/list', 'tools/list']);
    const said = { [method]: answerBytes(method, random).toString('base64') };
    if (transport === 'http') Object.assign(http.next, manner(random), { start: said });
    const servers = { a: transport === 'http' ? overHttp : stdio({ RAW_START: JSON.stringify(said) }) };
    const own = pool(servers);
    try {
      const outcome = await settle(() => own.catalog(['a'], AbortSignal.timeout(900)), checkCatalog);
      http.next.start = {};
      // A list that is still waited for holds the next one up, for half a minute at most.
      if (transport === 'http' && outcome !== 'told to stop') await served(own);
      return `${transport} ${method}: ${outcome}`;
    } finally {
      await own.close();
    }
  }

  return {
    one(random) {
      const kind = random.below(20);
      if (kind === 0) return start(random, 'stdio');
      if (kind < 7) return start(random, 'http');
      return call(random, kind < 14 ? 'stdio' : 'http');
    },
    async close() {
      await Promise.all([pools.stdio.close(), pools.http.close()]);
      await http.close();
    },
  };
}

function manner(random) {
  return {
    status: random.chance(0.1)
      ? random.pick([200, 202, 204, 302, 400, 401, 403, 404, 405, 429, 500, 502])
      : 200,
    type: random.chance(0.4)
      ? 'text/event-stream'
      : random.chance(0.1)
        ? random.pick(['text/html', 'application/json; charset=utf-16', 'nonsense'])
        : 'application/json',
    cut: random.chance(0.05),
  };
}

const pool = (servers) => createMcpPool({ servers, log() {}, clientInfo: { name: 'fuzz', version: '1' } });

function server(extra) {
  return {
    transport: 'stdio', args: [], env: {}, cwd: import.meta.dirname, headers: {}, session: 'stateless', protocol: '2025', optional: false, roots: [],
    connect_timeout_seconds: 0.6, ...extra,
  }; // biome-ignore format: one line says it
}

function toolCall(tool, args, timeoutMs) {
  return {
    server: 'a',
    tool,
    arguments: args,
    idempotencyKey: 'k',
    timeoutMs,
    signal: new AbortController().signal,
    onProgress() {},
  };
}

async function settle(work, check) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, 60_000, new Late('no answer and no error'));
  });
  let value;
  try {
    value = await Promise.race([work(), late]);
  } catch (error) {
    if (error?.name === 'TimeoutError') return 'told to stop';
    if (!(error instanceof McpCallError) || typeof error.kind !== 'string') throw error;
    return error.kind;
  } finally {
    clearTimeout(timer);
  }
  check(value);
  return 'a result';
}

/** The next call gets an answer; one that the lost connection takes with it may be made again. */
async function served(pool) {
  const until = Date.now() + AFTER_MS;
  for (;;) {
    try {
      const { content } = await pool.callTool(toolCall('echo', { x: 1 }, 3_000));
      if (content[0]?.text !== '{"x":1}')
        throw new Error(`another answer: ${JSON.stringify(content).slice(0, 200)}`);
      return;
    } catch (error) {
      // It lists what was mutated before: no tool of that name, or one with another schema.
      if (error instanceof McpCallError && (error.kind === 'unknown_tool' || /schema/i.test(error.message)))
        return;
      if (!(error instanceof McpCallError) || Date.now() > until)
        throw new Error('the pool serves no more', { cause: error });
    }
  }
}

function checkResult({ content, structuredContent }) {
  if (!Array.isArray(content)) throw new Error(`content is ${JSON.stringify(content)}`);
  for (const part of content) {
    if (!PARTS.includes(part?.type)) throw new Error(`a part of type ${JSON.stringify(part?.type)}`);
    if (part.type === 'text' && typeof part.text !== 'string') throw new Error('a text that is none');
  }
  if (
    structuredContent !== undefined &&
    (typeof structuredContent !== 'object' || structuredContent === null)
  )
    throw new Error('structured content that is none');
}

function checkCatalog({ tools, digest }) {
  if (typeof digest !== 'string') throw new Error('no digest');
  for (const { name, inputSchema, description } of tools) {
    if (typeof name !== 'string') throw new Error(`a tool named ${JSON.stringify(name)}`);
    if (typeof inputSchema !== 'object' || inputSchema === null) throw new Error('a tool without a schema');
    if (description !== undefined && typeof description !== 'string')
      throw new Error('a description that is none');
  }
}
