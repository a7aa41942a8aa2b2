import { randomBytes } from 'node:crypto';
import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  type CallToolInput,
  type CallToolOutput,
  type ContentPart,
  FAILURE,
  type GetPromptInput,
  type GetPromptOutput,
  type ListedTool,
  type ListToolsInput,
  type ReadResourceInput,
  type ReadResourceOutput,
  type RunSettings,
} from '../../core/index.js';
import { fitResult } from '../context/large-result.js';
import { McpCallError } from '../mcp/index.js';
import { approvalFor } from './approval.js';
import { asking, asks, goesOn } from './asks/asking.js';
import { Heartbeat } from './heartbeat.js';
import { runSettings, type Services } from './services.js';
import { followTask } from './tasks/follow-task.js';
import { toolFailure } from './tool-failure.js';

export async function callTool(services: Services, input: CallToolInput): Promise<CallToolOutput> {
  const context = Context.current();
  using heartbeat = new Heartbeat(context, services.heartbeatMs);
  const execution = context.info.workflowExecution;
  const id = randomBytes(6).toString('base64url');
  try {
    if (!input.approved) await refuseUnapproved(services, input, context.cancellationSignal);
    const answer = await (input.task === undefined
      ? services.pool.callTool({
          server: input.server,
          tool: input.tool,
          arguments: input.arguments,
          // Stable over attempts and workers: a server can tell a repeat from a new call.
          idempotencyKey: `${execution?.workflowId}/${execution?.runId}/${context.info.activityId}`,
          timeoutMs: input.timeoutMs,
          ...(input.session === undefined ? {} : { session: input.session }),
          signal: context.cancellationSignal,
          onProgress: (progress) => heartbeat.update({ progress }),
          ...asking(services, context, input),
        })
      : followTask(services, context, heartbeat, input, input.task)
    ).catch(asResult);
    if (answer.task !== undefined) return goesOn(services, context, input, { id, ...answer });
    if (answer.asks !== undefined) return asks(services, context, input, { id, ...answer });
    const told = answer.isError ? services.withoutGiven(answer) : answer;
    const content = input.edited ? [edited(input), ...told.content] : told.content;
    const result = await fitting(services, `${execution?.workflowId}-${id}`, { ...told, content });
    const output: CallToolOutput = { id, content: result.content };
    if (result.limit !== undefined) output.limit = result.limit;
    // A task is looked at by attempt after attempt.
    if (context.info.attempt > 1 && input.task === undefined) output.attempt = context.info.attempt;
    if (result.isError) output.isError = true;
    if (result.structuredContent !== undefined) output.structuredContent = result.structuredContent;
    services.store.keepResult(execution?.runId ?? '', {
      role: 'tool',
      callId: input.callId,
      id,
      content: output.content,
      ...(output.isError ? { isError: true } : {}),
      ...(output.limit === undefined ? {} : { limit: output.limit }),
    });
    if (input.wantSettings) output.settings = runSettings(services);
    return output;
  } catch (error) {
    throw toolFailure(error, context, services, input);
  }
}

/** What history can hold of it; the rest is in files. */
async function fitting(services: Services, name: string, whole: Omit<CallToolOutput, 'id'>) {
  const result = fitResult(whole, services.resultLimit);
  if (result.content === whole.content) return result;
  return {
    ...result,
    content: [...(await services.resultFiles.keep(name, whole.content)), ...result.content],
  };
}

/** The workflow asks when this fails: its call came directly from user code, or the config has changed. */
async function refuseUnapproved(
  services: Services,
  input: CallToolInput,
  signal: AbortSignal,
): Promise<void> {
  const policy = services.approve(input.server);
  if (policy === undefined) return;
  const { tools } = await services.pool.catalog([input.server], signal);
  const tool = tools.find((each) => each.server === input.server && each.name === input.tool);
  const approval = approvalFor(policy, tool ?? { name: input.tool });
  if (approval === undefined) return;
  throw ApplicationFailure.create({
    message: `${input.server}.${input.tool} wants a person's approval`,
    type: FAILURE.approvalRequired,
    nonRetryable: true,
    details: [approval],
  });
}

/** The model planned other arguments: it must know what was really done. */
function edited(input: CallToolInput): ContentPart {
  const text = `A person changed the arguments of this call to ${JSON.stringify(input.arguments)}. Its result:`;
  return { type: 'text', text };
}

/** Starts of an optional server that fail before its call is given up. */
const OPTIONAL_STARTS = 3;

/**
 * A tool that has gone or is no longer allowed is the model's to know, not the run's end; so is an optional server that
 * has gone since its tools were offered.
 */
function asResult(error: unknown): Omit<CallToolOutput, 'id'> {
  if (!(error instanceof McpCallError)) throw error;
  const { kind, starts, message } = error;
  const gone = starts?.optional === true && starts.failed >= OPTIONAL_STARTS;
  if (kind !== 'unknown_tool' && kind !== 'protocol' && !gone) throw error;
  const text = gone ? `This call was not made, and may be made again later: ${message}` : message;
  return { content: [{ type: 'text', text }], isError: true };
}

export async function listTools(
  services: Services,
  input: ListToolsInput,
): Promise<{ tools: ListedTool[]; settings?: RunSettings }> {
  return guarded(services, input, async (signal) => {
    const { tools } = await services.pool.catalog(input.serverNames, signal);
    return { tools: tools.map(({ repeatable: _, ...tool }) => tool) };
  });
}

export async function readResource(
  services: Services,
  input: ReadResourceInput,
): Promise<ReadResourceOutput> {
  return guarded(services, input, (signal) =>
    services.pool.readResource(input.uri, input.serverNames, signal, input.session),
  );
}

export async function getPrompt(services: Services, input: GetPromptInput): Promise<GetPromptOutput> {
  return guarded(services, input, (signal) =>
    services.pool.getPrompt(input.name, input.arguments, input.serverNames, signal, input.session),
  );
}

async function guarded<T extends object>(
  services: Services,
  input: object,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T & { settings?: RunSettings }> {
  const context = Context.current();
  using _ = new Heartbeat(context, services.heartbeatMs);
  try {
    const output = await work(context.cancellationSignal);
    return 'wantSettings' in input ? { ...output, settings: runSettings(services) } : output;
  } catch (error) {
    throw toolFailure(error, context, services, input);
  }
}
