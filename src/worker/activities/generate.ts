import { randomBytes } from 'node:crypto';
import { Context } from '@temporalio/activity';
import {
  type DefinitionItem,
  type GenerateInput,
  type GenerateOutput,
  type JsonSchema,
  READ_RESULT,
  replyItems,
  type ToolCallPart,
} from '../../core/index.js';
import { askInContext } from '../context/ask-in-context.js';
import { wireToolNames } from '../mcp/index.js';
import { approvalFor } from './approval.js';
import { conversationKey } from './conversation/conversation-store.js';
import { resolveConversation } from './conversation/resolve-conversation.js';
import { modelFailure } from './failures.js';
import { Heartbeat } from './heartbeat.js';
import { runSettings, type Services } from './services.js';

/** Live text carried by a heartbeat: enough for a terminal, small enough for the engine. */
const LIVE_TEXT = 2_000;

export async function generate(services: Services, input: GenerateInput): Promise<GenerateOutput> {
  const context = Context.current();
  using heartbeat = new Heartbeat(context, services.heartbeatMs);
  const items = await resolveConversation(input, context, services.store);
  const definition = items[0] as DefinitionItem;
  const { onProviderAuth } = services;
  let provider = input.model?.split(':')[0] ?? 'the provider';
  const failure = (error: unknown) => modelFailure(error, context, { onProviderAuth, provider });
  const catalog = await services.pool
    .catalog(definition.serverNames, context.cancellationSignal)
    .catch((error) => Promise.reject(failure(error)));
  const names = wireToolNames(catalog.tools);
  const offered = [
    ...[...names].map(([name, tool]) => ({
      name,
      description: tool.description,
      inputSchema: tool.inputSchema,
    })),
    ...definition.tools,
  ];
  const lastUser = items.findLast((item) => item.role === 'user');
  const key = conversationKey(context.info.workflowExecution?.runId ?? '', input.conversation);
  let text = '';
  try {
    const resolved = services.models.resolve(input.model);
    provider = resolved.spec.split(':')[0] ?? provider;
    const { response, ...asked } = await askInContext(
      services.context,
      resolved,
      items,
      {
        model: resolved.name,
        instruction: definition.instruction,
        tools: offered,
        params: { ...services.defaultParams, ...input.params },
        agent: input.agent,
        turn: input.turn,
        ...(lastUser?.outputSchema === undefined
          ? {}
          : { outputSchema: lastUser.outputSchema as JsonSchema }),
        ...(withholds(input, services) ? { withholdTools: true } : {}),
      },
      {
        signal: context.cancellationSignal,
        onAlive: () => undefined,
        run: context.info.workflowExecution?.workflowId ?? '',
        budgetMs: services.modelBudgetMs,
        onWaiting: (waiting) => heartbeat.update(waiting === undefined ? {} : { waiting }),
        onText: (delta) => {
          text += delta;
          heartbeat.update({ text: text.slice(-LIVE_TEXT), offset: Math.max(0, text.length - LIVE_TEXT) });
        },
      },
      `${key}/${input.digest}`,
    );
    const content = response.content.map((part) =>
      part.type === 'tool_call' ? planned(part, names, definition, services) : part,
    );
    const output: GenerateOutput = {
      id: randomBytes(6).toString('base64url'),
      content,
      stopReason: response.stopReason,
      model: response.model,
      catalog: catalog.digest,
      ...(catalog.missing.length === 0 ? {} : { missing: catalog.missing }),
      ...asked,
    };
    services.store.set(key, [...items, ...replyItems(output)]);
    if (context.info.attempt > 1) output.attempt = context.info.attempt;
    if (input.wantSettings) output.settings = runSettings(services);
    return output;
  } catch (error) {
    throw failure(error);
  }
}

/** On the last turn the model must answer. */
function withholds({ final, limitUnknown }: GenerateInput, services: Services): boolean {
  return final === true || (limitUnknown === true && runSettings(services).maxIterations <= 1);
}

/** Where the call goes, or why it can't: the workflow acts on this alone. */
function planned(
  part: ToolCallPart,
  names: ReturnType<typeof wireToolNames>,
  definition: DefinitionItem,
  services: Services,
): ToolCallPart {
  if (part.problem !== undefined) return part;
  const tool = names.get(part.name);
  if (tool !== undefined) {
    const { server, name, repeatable } = tool;
    const approval = approvalFor(services.approve(server), tool);
    return {
      ...part,
      target: {
        server,
        tool: name,
        repeatable,
        timeoutMs: services.toolTimeoutMs(server, name),
        ...(services.isStateful(server) ? { taskQueue: services.sessionQueue } : {}),
        ...(approval === undefined ? {} : { approval }),
      },
    };
  }
  if (part.name === READ_RESULT || definition.tools.some((local) => local.name === part.name)) return part;
  const known = [...names.keys(), ...definition.tools.map((local) => local.name)];
  return { ...part, problem: `Unknown tool ${part.name}. The tools are: ${known.join(', ') || 'none'}.` };
}
