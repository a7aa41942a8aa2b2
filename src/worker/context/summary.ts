import { leftOutOf, modelView, type Need, planCompaction } from '../../core/context/policy.js';
import { type ConversationItem, textOf, type Usage } from '../../core/index.js';
import type { Model, ModelCall, ModelRequest } from '../llm/index.js';

/** Told to the model after what it is to summarise. */
const ASKED = `The conversation so far has become too long. Everything above will be replaced by what you answer now.
Summarise it for yourself, so that you can go on without it: what the user asked for and decided, what was done and found
(names, paths, numbers and ids exactly), what failed and why, and what is still to be done. Call no tool. At most 1,000 words.`;

export interface Summary {
  text: string;
  usage: Usage;
}

/** One more call of the model: a summary of the items before an index; results in it are shortened until it fits. */
export async function summarize(
  model: Model,
  request: ModelRequest,
  items: readonly ConversationItem[],
  before: number,
  need: Need,
  call: ModelCall,
): Promise<Summary> {
  const old: ConversationItem[] = [
    ...items.slice(0, before),
    { role: 'compaction', id: '', leftOut: leftOutOf(items) },
  ];
  const fitting = planCompaction(old, {
    ...need,
    policy: 'truncate_tools',
    keepTurns: 0,
    target: need.limit,
  });
  const { stopSequences: _, ...params } = request.params;
  const { outputSchema: __, ...rest } = request;
  const response = await model.generate(
    {
      ...rest,
      items: [
        ...modelView(old, fitting?.leftOut).map((seen) => seen.item),
        { role: 'user', content: [{ type: 'text', text: ASKED }] },
      ],
      history: modelView(items, {}).map((seen) => seen.item),
      params,
      purpose: 'summary',
      // Declared still: the conversation refers to them.
      withholdTools: true,
    },
    { ...call, onText: () => call.onAlive() },
  );
  return { text: textOf(response.content).trim(), usage: response.usage };
}
