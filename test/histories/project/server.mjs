#!/usr/bin/env node
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const text = (value) => ({ content: [{ type: 'text', text: value }] });
serveStdio(() => {
  const server = new McpServer({ name: 'shelf', version: '1.0.0' });
  const inputSchema = z.object({ n: z.number() });
  server.registerTool('page', { inputSchema, annotations: { readOnlyHint: true } }, ({ n }) =>
    text(`page ${n} `.repeat(400)),
  );
  server.registerTool('burn', { inputSchema }, ({ n }) => text(`page ${n} is ash`));
  server.registerTool('lose', { inputSchema }, ({ n }) => ({ ...text(`no page ${n}`), isError: true }));
  return server;
});
