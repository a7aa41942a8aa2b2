import type { GenerateOutput } from '../contract.js';
import type { ConversationItem } from '../messages.js';

type Reply = Pick<GenerateOutput, 'id' | 'content' | 'usage' | 'compaction' | 'contextTokens'>;

/** What a reply adds to its conversation; run and worker must agree on it. */
export function replyItems({ id, content, usage, compaction, contextTokens }: Reply): ConversationItem[] {
  const tokens = contextTokens ?? usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  const answer: ConversationItem = {
    role: 'assistant',
    id,
    content,
    ...(tokens > 0 ? { tokens } : {}),
  };
  if (compaction === undefined) return [answer];
  return [{ role: 'compaction', id: `c-${id}`, leftOut: compaction.leftOut }, answer];
}
