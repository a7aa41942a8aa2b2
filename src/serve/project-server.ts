import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { clientView, TASKS_EXTENSION } from './client-view.js';
import { type CallState, callDigest, callStateCodec } from './run/call-state.js';
import type { Call } from './run/follow-call.js';
import type { ServedProject } from './served-project.js';
import { serveTasks } from './tasks/task-methods.js';
import { callWorkflow, goOn } from './tools/call-workflow.js';
import { actTools } from './tools/control/act-tools.js';
import { lookTools } from './tools/control/look-tools.js';
import { errorResult } from './tools/results.js';
import { workflowTool } from './tools/workflow-tool.js';

const INSTRUCTIONS = `Each tool without a dash is a durable workflow: a call starts a run and waits for its result. A run goes on when
this connection or this server ends; workflows-get_status has its state and its result under its workflow_id.`;

/** Rounds of questions in one call; and the longest that a timer can wait for a person. */
const QUESTIONS = { maxRounds: 1_000, roundTimeoutMs: 2 ** 31 - 1 };

const controlTools = new Map([...lookTools, ...actTools].map((tool) => [tool.definition.name, tool]));

/** An MCP server for one connection, or one request, of either era. It keeps nothing: runs are the engine's. */
export function projectServer(project: ServedProject, era: 'legacy' | 'modern'): Server {
  const codec = callStateCodec(project.stateKey);
  const server = new Server(
    { name: 'mcpa', title: 'mcpa workflows', version: project.version },
    {
      capabilities: { tools: {}, ...(era === 'modern' && { extensions: { [TASKS_EXTENSION]: {} } }) },
      instructions: INSTRUCTIONS,
      inputRequired: QUESTIONS,
      requestState: { verify: codec.verify },
    },
  );
  server.onerror = (error) => project.log(`protocol: ${error.message}`);
  server.setRequestHandler('tools/list', async () => {
    const workflows = (await project.workflows()).map((workflow) => workflowTool(workflow).definition);
    return { tools: [...workflows, ...[...controlTools.values()].map(({ definition }) => definition)] };
  });
  server.setRequestHandler('tools/call', async (request, ctx) => {
    const { name, arguments: given = {} } = request.params;
    const digest = callDigest(name, given);
    const looksOnly = controlTools.get(name)?.definition.annotations?.readOnlyHint === true;
    const call: Call = { project, ctx, client: clientView(server, ctx), codec, digest, looksOnly };
    return callTool(call, name, given);
  });
  if (era === 'modern') serveTasks(server, project);
  return server;
}

async function callTool(call: Call, name: string, given: Record<string, unknown>) {
  try {
    const state = call.ctx.mcpReq.requestState<CallState>();
    if (state !== undefined) return await goOn(call, state);
    const control = controlTools.get(name);
    if (control) return await control.call(call, given);
    const workflow = (await call.project.workflows()).find((each) => each.name === name);
    if (workflow) return await callWorkflow(call, workflow, given);
  } catch (error) {
    if (error instanceof ProtocolError || call.ctx.mcpReq.signal.aborted) throw error;
    return errorResult(error, call.project);
  }
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no tool "${name}"`);
}
