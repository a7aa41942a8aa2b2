#!/usr/bin/env node
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
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
  const FORM = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
  const PROMPT = { role: 'user', content: { type: 'text', text: 'A word?' } };
  // Both ask in one call each: a person by a form, the agent's model.
  server.registerTool('lend', { inputSchema }, ({ n }, { mcpReq: { inputResponses: given } }) => {
    if (given !== undefined) return text(`page ${n} lent to ${given.who.content.name}`);
    const who = inputRequired.elicit({ message: 'Who takes it?', requestedSchema: FORM });
    return inputRequired({ inputRequests: { who }, requestState: `page ${n}` });
  });
  server.registerTool('guess', { inputSchema }, ({ n }, { mcpReq: { inputResponses: given } }) => {
    if (given !== undefined) return text(`page ${n} says ${given.word.content.text}`);
    const word = inputRequired.createMessage({ messages: [PROMPT], maxTokens: 10 });
    return inputRequired({ inputRequests: { word } });
  });
  return server;
});
