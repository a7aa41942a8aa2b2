import { describe, expect, test } from 'vitest';
import { type ConversationItem, NO_USAGE, resultText, textOf } from '../../../src/core/index.js';
import { askInContext, type ContextSettings } from '../../../src/worker/context/ask-in-context.js';
import { SummaryMemory } from '../../../src/worker/context/summary-memory.js';
import {
  createScriptedModel,
  type Model,
  ModelError,
  type ModelRequest,
  parseScript,
  type ResolvedModel,
} from '../../../src/worker/llm/index.js';
import { answer, definition, result, user } from '../../core/context/conversations.js';
import { call, request } from '../llm/fixtures/requests.js';

const turn = (n: number): ConversationItem[] => [
  answer(`a${n}`, [`c${n}`]),
  result(`c${n}`, `page ${n} ${'x'.repeat(4_000)}`),
];
const talk = [definition, user('go'), ...turn(1), ...turn(2), ...turn(3), ...turn(4)];

const textsOf = ({ items }: ModelRequest) =>
  items.map((item) => (item.role === 'assistant' ? textOf(item.content) : resultText(item.content)));
const sizeOf = (asked: ModelRequest) => textsOf(asked).join('').length;

/** A model with room for so many characters, as its provider tells. */
function model(room: number, summary = 'What was read.') {
  const asked: ModelRequest[] = [];
  const it: Model = {
    async generate(one) {
      asked.push(one);
      if (sizeOf(one) > room) throw new ModelError('context_too_long', 'prompt is too long', { status: 400 });
      const said = one.purpose === 'summary' ? summary : 'done';
      return {
        content: [{ type: 'text', text: said }],
        stopReason: 'end_turn',
        model: 'x:y',
        usage: { ...NO_USAGE, input: 100, output: 10 },
      };
    },
  };
  return { asked, resolved: { model: it, name: 'y', spec: 'x:y' } };
}

const settings = (more: Partial<ContextSettings> = {}): ContextSettings => ({
  policy: 'truncate_tools',
  keepTurns: 2,
  summaries: new SummaryMemory(),
  ...more,
});
const ask = (
  wanted: ContextSettings,
  resolved: ResolvedModel,
  items: ConversationItem[],
  one: typeof asking,
  calling = call(),
) => askInContext(wanted, resolved, items, one, calling, 'run/reader/digest');
const asking = request({ tools: [{ name: 'fs_read', inputSchema: {} }] });

describe('askInContext', () => {
  test('sends what fits as it is', async () => {
    const { asked, resolved } = model(20_000);
    const { compaction } = await ask(settings({ limitTokens: 9_000 }), resolved, talk, asking, call());
    expect(compaction).toBeUndefined();
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toHaveProperty('history');
    expect(asked[0]?.items).toEqual(talk.slice(1));
  });

  test('compacts before it asks where the limit is known, and offers what reads the rest', async () => {
    const { asked, resolved } = model(20_000);
    const { compaction, usage } = await ask(settings({ limitTokens: 3_500 }), resolved, talk, asking, call());
    expect(asked).toHaveLength(1);
    expect(compaction).toMatchObject({ policy: 'truncate_tools', items: 2, leftOut: { resultsBefore: 6 } });
    expect(compaction?.tokensBefore).toBeGreaterThan(3_500);
    expect(compaction?.tokensAfter).toBeLessThan(3_500);
    expect(asked[0]?.tools.map((tool) => tool.name)).toEqual(['fs_read', 'read_result']);
    expect(textsOf(asked[0]!)[2]).toMatch(/^\[result of fs_read, 4,007 characters, left out/);
    expect(usage.input).toBe(100);
  });

  test('compacts harder, once, when the provider refuses the request as too long', async () => {
    const { asked, resolved } = model(9_000);
    const { compaction } = await ask(settings(), resolved, talk, asking, call());
    expect(asked.map(sizeOf).map((size) => size > 9_000)).toEqual([true, false]);
    expect(compaction).toMatchObject({ items: 3, leftOut: { resultsBefore: 8 } });
  });

  test('a second compaction in one call counts what both left out', async () => {
    const { asked, resolved } = model(6_000);
    const { compaction } = await ask(settings({ limitTokens: 3_500 }), resolved, talk, asking, call());
    expect(asked).toHaveLength(2);
    expect(compaction).toMatchObject({ items: 3, leftOut: { resultsBefore: 8 } });
  });

  test.each([
    ['truncate_tools', 'context.policy: summarize'],
    ['summarize', 'context.keep_turns'],
    ['none', 'context.policy'],
  ] as const)('%s: what does not fit at all fails with its class and names the key', async (policy, key) => {
    const { resolved } = model(100);
    const error = await ask(settings({ policy }), resolved, talk, asking, call()).catch((each) => each);
    expect(error).toMatchObject({ class: 'context_too_long', retryable: false });
    expect(error.hint).toContain(key);
  });

  test('none leaves nothing out, whatever the limit; an agent may say so for itself', async () => {
    for (const [policy, context] of [
      ['none', undefined],
      ['truncate_tools', 'none'],
    ] as const) {
      const { asked, resolved } = model(50_000);
      const params = context === undefined ? {} : { context };
      await ask(settings({ policy, limitTokens: 100 }), resolved, talk, { ...asking, params }, call());
      expect(asked[0]?.items).toEqual(talk.slice(1));
      expect(asked[0]?.params).toEqual({});
    }
  });

  test('summarize asks for a summary of what it leaves out, and its tokens count', async () => {
    const { asked, resolved } = model(20_000);
    const { compaction, usage, contextTokens } = await ask(
      settings({ policy: 'summarize', limitTokens: 3_800 }),
      resolved,
      talk,
      asking,
      call(),
    );
    expect(asked.map((one) => one.purpose)).toEqual(['summary', undefined]);
    expect(asked[0]?.withholdTools).toBe(true);
    const pages = textsOf(asked[0]!).map((each) => /^page \d/.exec(each)?.[0]);
    expect(pages).toContain('page 2');
    expect(pages).not.toContain('page 3');
    expect(compaction?.leftOut).toEqual({ summary: { before: 6, text: 'What was read.' } });
    const [request, summary, , page] = textsOf(asked[1]!);
    expect([request, summary, page]).toEqual([
      'go',
      expect.stringContaining('What was read.'),
      expect.stringContaining('page 3'),
    ]);
    expect(usage.input).toBe(200);
    expect(contextTokens).toBe(110);
  });

  test('an empty summary leaves out results instead: nothing is lost', async () => {
    const { resolved } = model(20_000, '');
    const { compaction } = await ask(
      settings({ policy: 'summarize', limitTokens: 3_800 }),
      resolved,
      talk,
      asking,
      call(),
    );
    expect(compaction).toMatchObject({ policy: 'truncate_tools', leftOut: { resultsBefore: 6 } });
    expect(compaction?.leftOut).not.toHaveProperty('summary');
  });

  test('other errors pass', async () => {
    const it: Model = { generate: () => Promise.reject(new ModelError('overloaded', 'busy')) };
    const resolved = { model: it, name: 'y', spec: 'x:y' };
    await expect(ask(settings(), resolved, talk, asking, call())).rejects.toMatchObject({
      class: 'overloaded',
      retryable: true,
    });
  });

  test('an attempt that fails after its summary leaves it to the next one', async () => {
    const { asked, resolved } = model(20_000);
    const wanted = settings({ policy: 'summarize', limitTokens: 3_800 });
    let busy = true;
    const failing: Model = {
      generate: (one, calling) => {
        if (one.purpose !== 'summary' && busy) {
          busy = false;
          return Promise.reject(new ModelError('rate_limit', 'slow down'));
        }
        return resolved.model.generate(one, calling);
      },
    };
    const flaky = { ...resolved, model: failing };
    await expect(ask(wanted, flaky, talk, asking)).rejects.toMatchObject({ class: 'rate_limit' });
    const { usage } = await ask(wanted, flaky, talk, asking);
    expect(asked.map((one) => one.purpose)).toEqual(['summary', undefined]);
    expect(usage.input).toBe(200);
    // Answered: the same request would be another one.
    await ask(wanted, flaky, talk, asking);
    expect(asked.map((one) => one.purpose)).toEqual(['summary', undefined, 'summary', undefined]);
  });

  test('the scripted model can refuse a request once, and answers the shorter one', async () => {
    const used = '{ say: used }, '.repeat(4);
    const refusing = '{ error: { class: context_too_long, times: 1 }, say: done }';
    const script = parseScript(`turns: [${used}${refusing}]`, 's.yaml');
    const resolved = { model: createScriptedModel(async () => script), name: 's', spec: 'scripted:s' };
    const { compaction, response } = await ask(settings(), resolved, talk, asking);
    expect(textOf(response.content)).toBe('done');
    expect(compaction).toMatchObject({ policy: 'truncate_tools' });
  });
});
