// The server's tools. A tool is a name, a schema for its arguments, and a function that returns content.
import { readFileSync, writeFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const text = (value) => ({ content: [{ type: 'text', text: value }] });
const problem = (value) => ({ ...text(value), isError: true });

/** The warehouse in one JSON file: stock by article, and the orders made. */
export function warehouse(file) {
  const read = () => JSON.parse(readFileSync(file, 'utf8'));
  const server = new McpServer({ name: 'warehouse', version: '1.0.0' });

  server.registerTool(
    'stock',
    {
      description: 'How many pieces of an article are there',
      inputSchema: z.object({ article: z.string() }),
      annotations: { readOnlyHint: true },
    },
    ({ article }) => {
      const { stock } = read();
      const count = stock[article];
      // An error that the model reads and can mend: it says what there is.
      if (count === undefined) return problem(`no article "${article}"; there are: ${Object.keys(stock).join(', ')}`);
      return text(`${count} pieces of ${article}`);
    },
  );

  server.registerTool(
    'order',
    {
      description: 'Order pieces of an article',
      inputSchema: z.object({ article: z.string(), pieces: z.number().int().positive() }),
      // Repeating a call orders nothing twice, see below: mcpa may then repeat it after a crash.
      annotations: { idempotentHint: true },
    },
    ({ article, pieces }, { mcpReq }) => {
      const state = read();
      if (state.stock[article] === undefined) return problem(`no article "${article}"`);
      // mcpa sends one key with each call, and the same one when it repeats the call.
      const key = mcpReq?._meta?.['mcpa/idempotencyKey'];
      if (key === undefined || !state.orders.some((order) => order.key === key)) {
        state.orders.push({ article, pieces, key });
        writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`);
      }
      return text(`ordered ${pieces} of ${article}`);
    },
  );
  return server;
}
