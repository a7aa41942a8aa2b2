import { describe, expect, it } from 'vitest';
import { createModels, price } from '../../../src/worker/llm/index.js';
import { config } from './fixtures/requests.js';

const key = { api_key: 'k' };
const spec = (more: object, wanted?: string) => createModels(config(more)).resolve(wanted).spec;

describe('choice of the model', () => {
  it('takes the spec, else the config, else the first provider that is configured', () => {
    expect(spec({ anthropic: key, openai: key }, 'openai:gpt-5.5')).toBe('openai:gpt-5.5');
    expect(spec({ anthropic: key, openai: key, model: 'openai' })).toBe('openai:gpt-5.5');
    expect(spec({ anthropic: { ...key, default_model: 'claude-opus-5-5' }, openai: key })).toBe(
      'anthropic:claude-opus-5-5',
    );
    expect(spec({ openai: key, scripted: { script: 's.yaml' } })).toBe('openai:gpt-5.5');
    expect(spec({ scripted: { script: 's.yaml' } })).toBe('scripted:script');
  });

  it('says what to do when it can not', () => {
    const failure = (more: object, wanted?: string) => {
      try {
        createModels(config(more)).resolve(wanted);
      } catch (error) {
        return error;
      }
    };
    expect(failure({}, 'claude-opus-5')).toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('anthropic:claude-opus-5'),
    });
    expect(failure({})).toMatchObject({
      code: 'KEY_MISSING',
      hint: expect.stringMatching(/ANTHROPIC_API_KEY.*mcp_agent\.secrets\.yaml/),
    });
    expect(failure({ openai: key }, 'anthropic:x')).toMatchObject({
      code: 'KEY_MISSING',
      hint: expect.stringContaining('ANTHROPIC_API_KEY'),
    });
    expect(failure({}, 'scripted')).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(() => createModels(config({ model: 'openai:x' })).check()).toThrow(
      expect.objectContaining({ code: 'KEY_MISSING' }),
    );
  });
});

describe('price', () => {
  const usage = { input: 1_000_000, output: 100_000, cacheRead: 1_000_000, cacheWrite: 0 };
  it('comes from the config, else from the table, else is unknown', () => {
    expect(price({}, 'anthropic:claude-opus-4-5-20251101', usage)).toBeCloseTo(8);
    expect(price({ 'openai:m': { input: 1, output: 2 } }, 'openai:m', usage)).toBeCloseTo(2.2);
    expect(price({ m: { input: 1, output: 2, cache_read: 0 } }, 'openai:m', usage)).toBeCloseTo(1.2);
    expect(price({}, 'openai:unheard-of', usage)).toBeUndefined();
    expect(price({}, 'scripted:script', usage)).toBeUndefined();
  });
});
