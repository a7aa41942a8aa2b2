import {
  type CompactionPlan,
  leftOutOf,
  modelView,
  type Need,
  offersReadResult,
  planCompaction,
  type Seen,
  tokensOf,
  tokensPerCharacter,
  weighAll,
} from '../../core/context/policy.js';
import {
  addUsage,
  type Compaction,
  type ContextPolicy,
  type ConversationItem,
  type MessageItem,
  READ_RESULT,
  READ_RESULT_TOOL,
  type Usage,
} from '../../core/index.js';
import {
  isModelError,
  type ModelCall,
  ModelError,
  type ModelRequest,
  type ModelResponse,
  type OfferedTool,
  type ResolvedModel,
} from '../llm/index.js';
import { requestLimit } from './request-limit.js';
import { summarize } from './summary.js';
import type { SummaryMemory } from './summary-memory.js';

/** The config's `context`, and the summaries that the worker remembers. */
export interface ContextSettings {
  policy: ContextPolicy;
  keepTurns: number;
  limitTokens?: number;
  summaries: SummaryMemory;
}

export interface Asked {
  response: ModelResponse;
  usage: Usage;
  compaction?: Compaction;
  /** Tokens of the answered request and its answer, where `usage` holds more. */
  contextTokens?: number;
}

/** Room that is made at once: after each compaction the provider reads the conversation anew. */
const TARGET = 0.6;

/**
 * Asks the model with as much of the conversation as it can take. A request that is known to be too long is compacted
 * first; one that the provider refuses as too long is compacted once more, harder, and sent again.
 */
export async function askInContext(
  settings: ContextSettings,
  { model, spec }: ResolvedModel,
  items: readonly ConversationItem[],
  request: Omit<ModelRequest, 'items' | 'history'>,
  call: ModelCall,
  /** The same on each attempt of this request, and on no other. */
  key: string,
): Promise<Asked> {
  const policy = request.params.context ?? settings.policy;
  const { context: _, ...params } = request.params;
  const overhead = request.instruction.length + JSON.stringify(request.tools).length;
  const view = modelView(items);
  const rate = tokensPerCharacter(view, overhead);
  const before = Math.round((weighAll(view) + overhead) * rate);
  const known = settings.limitTokens ?? requestLimit(spec, params.maxTokens);

  let spent: Usage | undefined;
  let compaction: Compaction | undefined;
  const send = (): Promise<ModelResponse> => {
    const leftOut = compaction?.leftOut ?? leftOutOf(items);
    const less = leftOut.summary !== undefined || leftOut.resultsBefore !== undefined;
    const seen = messages(compaction ? modelView(items, leftOut) : view);
    const history = less ? { history: messages(modelView(items, {})) } : {};
    const tools = withReadResult(request.tools, withCompaction(items, compaction));
    return model.generate({ ...request, params, tools, items: seen, ...history }, call);
  };
  const compact = async (limit: number, target: number, keepTurns: number): Promise<boolean> => {
    if (policy === 'none') return false;
    const need: Need = { policy, keepTurns, limit, target, rate, overhead };
    const current = withCompaction(items, compaction);
    let plan = planCompaction(current, need);
    let text = '';
    if (plan?.summarize) {
      const asked = { ...request, params, items: [] };
      const { from, before: end } = plan.summarize;
      const summary = await settings.summaries
        .of(`${key}/${from}-${end}`, () => summarize(model, asked, current, end, need, call))
        .catch((error: unknown) => {
          if (!isTooLong(error)) throw error;
        });
      if (summary) spent = spent ? addUsage(spent, summary.usage) : summary.usage;
      text = summary?.text ?? '';
      // Without a summary, leaving out the messages would lose them.
      if (text === '') plan = planCompaction(current, { ...need, policy: 'truncate_tools' });
    }
    if (!plan) return false;
    compaction = merged(plan, text, before, compaction, { rate, overhead }, items);
    return true;
  };

  if (known !== undefined && before > known) await compact(known, known * TARGET, settings.keepTurns);
  let response: ModelResponse;
  try {
    response = await send();
  } catch (error) {
    if (!isTooLong(error)) throw error;
    const tokens = compaction?.tokensAfter ?? before;
    const target = Math.min(tokens, known ?? tokens) / 2;
    if (!(await compact(target, target, 1))) throw hinted(error, policy);
    response = await send().catch((again: unknown) => {
      throw isTooLong(again) ? hinted(again, policy) : again;
    });
  }
  settings.summaries.forget(`${key}/`);
  const { usage } = response;
  if (spent === undefined) return { response, usage, ...(compaction && { compaction }) };
  const contextTokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  return { response, usage: addUsage(spent, usage), contextTokens, ...(compaction && { compaction }) };
}

/** A server's or the workflow's own tool of the name comes first. */
function withReadResult(tools: OfferedTool[], items: readonly ConversationItem[]): OfferedTool[] {
  if (!offersReadResult(items) || tools.some((tool) => tool.name === READ_RESULT)) return tools;
  return [...tools, READ_RESULT_TOOL];
}

function messages(seen: Seen[]): MessageItem[] {
  return seen.map(({ item }) => item);
}

function withCompaction(
  items: readonly ConversationItem[],
  compaction: Compaction | undefined,
): readonly ConversationItem[] {
  return compaction ? [...items, { role: 'compaction', id: '', leftOut: compaction.leftOut }] : items;
}

function merged(
  plan: CompactionPlan,
  text: string,
  tokensBefore: number,
  earlier: Compaction | undefined,
  weights: Pick<Need, 'rate' | 'overhead'>,
  items: readonly ConversationItem[],
): Compaction {
  const { summary } = plan.leftOut;
  const leftOut =
    plan.summarize && summary ? { ...plan.leftOut, summary: { ...summary, text } } : plan.leftOut;
  return {
    policy: plan.summarize || earlier?.policy === 'summarize' ? 'summarize' : 'truncate_tools',
    leftOut,
    items: plan.items + (earlier?.items ?? 0),
    tokensBefore,
    tokensAfter: tokensOf(items, leftOut, weights),
  };
}

function isTooLong(error: unknown): error is ModelError {
  return isModelError(error) && error.class === 'context_too_long';
}

const HINTS: Record<ContextPolicy, string> = {
  none: 'set context.policy to truncate_tools or summarize, or use a model with a larger context',
  truncate_tools:
    'set context.policy: summarize, a lower mcp.result_limit_kb, or use a model with a larger context',
  summarize: 'set a lower context.keep_turns or mcp.result_limit_kb, or use a model with a larger context',
};

function hinted(error: ModelError, policy: ContextPolicy): ModelError {
  return new ModelError('context_too_long', error.message, {
    hint: HINTS[policy],
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}
