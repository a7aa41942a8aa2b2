#!/usr/bin/env node
// An MCP server that repeats the secrets it was given, as bad servers do: in a tool's error, in what it throws, on stderr.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const { TOKEN = '', CONFIG_TOKEN = '' } = process.env;
console.error(`starting with ${TOKEN} and ${CONFIG_TOKEN}`);
serveStdio(() => {
  const server = new McpServer({ name: 'telling', version: '1.0.0' });
  const config = { inputSchema: z.object({}) };
  server.registerTool('refuse', config, () => ({
    content: [{ type: 'text', text: `401: token ${TOKEN} is not valid, nor is ${CONFIG_TOKEN}` }],
    isError: true,
  }));
  server.registerTool('throw', config, () => {
    throw new Error(`cannot log in with ${TOKEN}`);
  });
  return server;
});
