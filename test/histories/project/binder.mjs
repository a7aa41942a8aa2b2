#!/usr/bin/env node
// Its tool answers with a task, which asks once and then ends.
import { inputRequired, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

const named = z.object({ taskId: z.string() });
const FORM = { type: 'object', properties: { colour: { type: 'string' } } };
const at = new Date().toISOString();
const frame = { taskId: 'binding-1', createdAt: at, lastUpdatedAt: at, ttlMs: null, pollIntervalMs: 250 };
let colour;

serveStdio(() => {
  const capabilities = { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const server = new Server({ name: 'binder', version: '1.0.0' }, { capabilities });
  server.setRequestHandler('tools/list', () => ({
    tools: [{ name: 'bind', inputSchema: { type: 'object' } }],
  }));
  server.setRequestHandler('tools/call', () => ({ resultType: 'task', ...frame, status: 'working' }));
  server.setRequestHandler('tasks/get', { params: named }, () => {
    const requests = { colour: inputRequired.elicit({ message: 'Which colour?', requestedSchema: FORM }) };
    if (colour === undefined) return { ...frame, status: 'input_required', inputRequests: requests };
    return {
      ...frame,
      status: 'completed',
      result: { content: [{ type: 'text', text: `bound in ${colour}` }] },
    };
  });
  server.setRequestHandler('tasks/update', { params: named }, (_, { mcpReq }) => {
    colour = mcpReq.inputResponses.colour.content.colour;
    return {};
  });
  return server;
});
