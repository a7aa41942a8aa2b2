// A server without an SDK that says what it is told: over stdio (this file as a program), or over HTTP (`rawHttp`).
// A call of the tool `say` carries, in base64, what is written in place of its answer, with "@ID@" for its id. RAW_START
// does the same for answers at the start: JSON of method → base64.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const TOOLS = ['say', 'echo'].map((name) => ({ name, description: name, inputSchema: { type: 'object' } }));

/** What answers a message, as text; undefined: nothing does. */
export function answer({ id, method, params }, start = {}) {
  if (id === undefined || method === undefined) return undefined;
  const withId = (base64) =>
    Buffer.from(base64, 'base64').toString('latin1').replaceAll('"@ID@"', JSON.stringify(id));
  if (start[method] !== undefined) return withId(start[method]);
  const result = (value) => `${JSON.stringify({ jsonrpc: '2.0', id, result: value })}\n`;
  if (method === 'initialize') {
    const serverInfo = { name: 'raw', version: '1' };
    return result({
      protocolVersion: params?.protocolVersion,
      capabilities: { tools: { listChanged: true } },
      serverInfo,
    });
  }
  if (method === 'tools/list') return result({ tools: TOOLS });
  if (method === 'ping') return result({});
  if (method !== 'tools/call')
    return `${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } })}\n`;
  const { name, arguments: args } = params;
  return name === 'say'
    ? withId(args.say)
    : result({ content: [{ type: 'text', text: JSON.stringify(args) }] });
}

/** The same on loopback; `next` holds how the next answers at the start, and to `say`, are sent. */
export async function rawHttp() {
  const next = { start: {}, status: 200, type: 'application/json', cut: false };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return response.writeHead(request.method === 'DELETE' ? 200 : 405).end();
      const message = JSON.parse(Buffer.concat(chunks).toString());
      const text = answer(message, next.start);
      if (text === undefined) return response.writeHead(202).end();
      const told = message.params?.name === 'say' || next.start[message.method] !== undefined;
      const bytes = Buffer.from(text, told ? 'latin1' : 'utf8');
      if (!told) return response.writeHead(200, { 'content-type': 'application/json' }).end(bytes);
      response.writeHead(next.status, { 'content-type': next.type });
      if (next.cut) return response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
      response.end(
        next.type.startsWith('text/event-stream')
          ? Buffer.from(events(bytes.toString('latin1')), 'latin1')
          : bytes,
      );
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    next,
    url: `http://127.0.0.1:${server.address().port}/mcp`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const events = (text) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `event: message\ndata: ${line}\n\n`))
    .join('');

if (process.argv[2] === 'stdio') {
  const start = JSON.parse(process.env.RAW_START ?? '{}');
  createInterface({ input: process.stdin }).on('line', (line) => {
    const text = answer(JSON.parse(line), start);
    if (text !== undefined) process.stdout.write(Buffer.from(text, 'latin1'));
  });
}
