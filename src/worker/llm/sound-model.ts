import type { AssistantPart, Usage } from '../../core/index.js';
import { ModelError } from './errors/model-error.js';
import type { Model } from './model.js';

/** A model in whose answers nothing can break what reads them later: they stand in history for good. */
export function soundModel(inner: Model, provider: string): Model {
  const garbled = (what: string) =>
    new ModelError('transport', `The answer of ${provider} is garbled: ${what}.`);
  return {
    async generate(request, call) {
      const onText = (delta: unknown): void => {
        if (typeof delta !== 'string') throw garbled('a piece of text that is none');
        call.onText(delta);
      };
      const answer = await inner.generate(request, { ...call, onText });
      const wrong = answer.content.map(fault).find((each) => each !== undefined);
      if (wrong !== undefined) throw garbled(wrong);
      return { ...answer, usage: soundUsage(answer.usage) };
    },
  };
}

/** What isn't a count counts nothing. */
function soundUsage(usage: Usage): Usage {
  const counts = Object.entries(usage).map(([name, value]) => [name, isCount(value) ? value : 0]);
  return Object.fromEntries(counts) as Usage;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function fault(part: AssistantPart): string | undefined {
  if (part.type === 'text') return typeof part.text === 'string' ? undefined : 'a text that is none';
  if (part.type !== 'tool_call') return undefined;
  const { id, name }: { id: unknown; name: unknown } = part;
  if (typeof id !== 'string' || id === '') return 'a tool call without an id';
  return typeof name === 'string' ? undefined : 'a tool call without a name';
}
