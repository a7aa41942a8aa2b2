// A desk that takes bookings: each call notes outside which machine served it.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const { EFFECTS, MACHINE, CALL_MS } = process.env;
const text = (line) => ({ content: [{ type: 'text', text: line }] });
const inputSchema = z.object({ key: z.string() });

serveStdio(() => {
  const server = new McpServer({ name: 'desk', version: '1.0.0' });
  for (const [name, said, annotations] of [
    ['look', 'free', { readOnlyHint: true }],
    ['book', 'booked', {}],
  ])
    server.registerTool(name, { inputSchema, annotations }, async ({ key }) => {
      appendFileSync(EFFECTS, `${MACHINE}\t${name}\t${key}\n`);
      await sleep(Number(CALL_MS));
      return text(`${said} ${key}`);
    });
  return server;
});
