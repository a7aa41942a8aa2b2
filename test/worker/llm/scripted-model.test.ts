import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConversationItem } from '../../../src/core/index.js';
import {
  createModels,
  createScriptedModel,
  type ModelRequest,
  parseScript,
} from '../../../src/worker/llm/index.js';
import { call, config, request, user } from './fixtures/requests.js';

const tools = ['filesystem_write_file', 'filesystem_read_file', 'other_read_file'].map((name) => ({
  name,
  inputSchema: { type: 'object' },
}));

function scripted(yaml: string) {
  const script = parseScript(yaml, 'script.yaml');
  const model = createScriptedModel(async () => script);
  return (items: ConversationItem[], more: Partial<ModelRequest> = {}) =>
    model.generate(request({ items, tools, model: 'script', ...more }), call());
}
const said = (text: string, id = text): ConversationItem => ({
  role: 'assistant',
  id,
  content: [{ type: 'text', text }],
});

describe('scripted model', () => {
  it('follows its turns in order, with tool calls and placeholders', async () => {
    const generate = scripted(`
turns:
  - say: Writing.
    tools: [{ tool: filesystem.write_file, args: { path: a.txt, content: "{{input}}" } }]
  - say: "Got {{result.0}} / {{last}}"
`);
    const first = await generate([user('hello')]);
    expect(first.stopReason).toBe('tool_use');
    expect(first.model).toBe('scripted:script');
    expect(first.content).toEqual([
      { type: 'text', text: 'Writing.' },
      {
        type: 'tool_call',
        id: 'call_1_1',
        name: 'filesystem_write_file',
        arguments: { path: 'a.txt', content: 'hello' },
      },
    ]);
    const items: ConversationItem[] = [
      user('hello'),
      { role: 'assistant', id: 'x', content: first.content },
      { role: 'tool', callId: 'call_1_1', id: 'y', content: [{ type: 'text', text: 'written' }] },
    ];
    const second = await generate(items);
    expect(second.content).toEqual([{ type: 'text', text: 'Got written / written' }]);
    expect(second.usage.input).toBeGreaterThan(first.usage.input);
    expect(await generate(items)).toEqual(second);
  });

  it('takes a matching turn before the sequence, and does not use the sequence up by it', async () => {
    const generate = scripted(`
turns:
  - say: one
  - when: { matches: "^ping" }
    say: pong
  - say: two
`);
    const texts: string[] = [];
    const items: ConversationItem[] = [];
    for (const text of ['a', 'ping 1', 'ping 2', 'b']) {
      items.push(user(text));
      const { content } = await generate(items);
      texts.push((content[0] as { text: string }).text);
      items.push(said(texts.at(-1)!, String(items.length)));
    }
    expect(texts).toEqual(['one', 'pong', 'pong', 'two']);
  });

  it('matches the result of one of several tools', async () => {
    const generate = scripted(
      'turns: [{ when: { tool: write_file, contains: full }, say: disk }, { say: other }]',
    );
    const calls = ['write_file', 'read_file'].map((name) => ({
      type: 'tool_call' as const,
      id: name,
      name: `filesystem_${name}`,
      arguments: {},
    }));
    const results = (text: string): ConversationItem[] => [
      user('go'),
      { role: 'assistant', id: '1', content: calls },
      { role: 'tool', callId: 'write_file', id: '2', content: [{ type: 'text', text }] },
      { role: 'tool', callId: 'read_file', id: '3', content: [{ type: 'text', text: 'full' }] },
    ];
    expect((await generate(results('disk full'))).content).toEqual([{ type: 'text', text: 'disk' }]);
    await expect(generate(results('fine'))).rejects.toThrow('has no turn');
  });

  it('keeps agents apart', async () => {
    const generate = scripted(
      'conversations: { writer: [{ say: draft }] }\nturns: [{ when: { agent: critic }, say: no }, { say: any }]',
    );
    const text = async (agent: string) => (await generate([user('x')], { agent })).content;
    expect(await text('writer')).toEqual([{ type: 'text', text: 'draft' }]);
    expect(await text('critic')).toEqual([{ type: 'text', text: 'no' }]);
    expect(await text('else')).toEqual([{ type: 'text', text: 'any' }]);
  });

  it('says everything when it runs out', async () => {
    const generate = scripted('turns: [{ say: one }, { when: { equals: bye }, say: bye }]');
    const error = await generate([user('a'), said('one'), user('what now?')], {
      agent: 'processor',
      turn: 2,
    }).catch((e) => e);
    expect(error).toMatchObject({ name: 'ModelError', class: 'script', retryable: false });
    for (const part of [
      'script.yaml',
      '"processor"',
      'turn 2',
      'what now?',
      '{"equals":"bye"}',
      '1 turns in order, 1 of them used',
    ]) {
      expect(error.message).toContain(part);
    }
  });

  it('refuses a tool that is not offered or not clear, and tools that are withheld', async () => {
    const one = (tool: string) => scripted(`turns: [{ tools: [{ tool: ${tool} }] }]`);
    await expect(one('delete_file')([user('x')])).rejects.toThrow(
      'Offered: filesystem_write_file, filesystem_read_file',
    );
    await expect(one('read_file')([user('x')])).rejects.toThrow(
      'may be filesystem_read_file or other_read_file',
    );
    await expect(one('write_file')([user('x')], { withholdTools: true })).rejects.toThrow('withheld');
  });

  it('finds a tool by its server, whether the server is part of the offered name or not', async () => {
    const offered = ['write_file', 'a_read_file', 'b_read_file'].map((name) => ({ name, inputSchema: {} }));
    const name = async (tool: string) => {
      const generate = scripted(`turns: [{ tools: [{ tool: ${tool} }] }]`);
      const { content } = await generate([user('x')], { tools: offered });
      return content.map((part) => (part.type === 'tool_call' ? part.name : part.type)).join();
    };
    expect(await name('write_file')).toBe('write_file');
    expect(await name('filesystem.write_file')).toBe('write_file');
    expect(await name('b.read_file')).toBe('b_read_file');
    await expect(name('c.read_file')).rejects.toThrow('not offered');
  });

  it('throws the error asked for, as often as asked', async () => {
    const generate = scripted(
      'turns: [{ error: { class: rate_limit, message: slow, retryAfterMs: 50, times: 2 }, say: ok }]',
    );
    for (const _ of [1, 2]) {
      await expect(generate([user('x')])).rejects.toMatchObject({
        class: 'rate_limit',
        retryable: true,
        retryAfterMs: 50,
      });
    }
    expect((await generate([user('x')])).content).toEqual([{ type: 'text', text: 'ok' }]);
  });

  it('streams words, and stops waiting on abort', async () => {
    const words: string[] = [];
    const script = parseScript('turns: [{ say: "a b  c" }, { say: late, delayMs: 60000 }]');
    const model = createScriptedModel(async () => script);
    await model.generate(request({ items: [user('x')] }), call({ onText: (text) => words.push(text) }));
    expect(words).toEqual(['a ', 'b  ', 'c']);
    const abort = new AbortController();
    const reason = new Error('cancelled');
    setTimeout(() => abort.abort(reason), 20);
    const late = model.generate(
      request({ items: [user('x'), said('a b  c'), user('y')] }),
      call({ signal: abort.signal }),
    );
    await expect(late).rejects.toBe(reason);
  });

  it('answers with JSON', async () => {
    const generate = scripted('turns: [{ json: { total: 3, of: ["{{input}}"] } }]');
    expect((await generate([user('x')])).content).toEqual([{ type: 'text', text: '{"total":3,"of":["x"]}' }]);
  });
});

describe('script files', () => {
  it.each([
    ['turns: [', 'script.yaml:1:'],
    ['turns:\n  - sya: x', 'script.yaml:2:'],
    ['turns:\n  - say: x\n    when: { matches: "(" }', 'script.yaml:3:'],
    ['turns:\n  - say: "{{reslut.1}}"', 'unknown placeholder {{reslut.1}}'],
    ['- say: x', 'script.yaml:1:1'],
    ['turns: [{ delayMs: 3 }]', 'does nothing'],
    ['{}', 'needs turns: or conversations:'],
  ])('refuses %j', (yaml, problem) => {
    expect(() => parseScript(yaml, 'script.yaml')).toThrow(
      expect.objectContaining({ code: 'SCRIPT_INVALID' }),
    );
    expect(() => parseScript(yaml, 'script.yaml')).toThrow(problem);
  });

  it('is found from the project, read again on change, and checked', async () => {
    const projectDir = mkdtempSync(join(tmpdir(), 'mcpa-script-'));
    const models = createModels(config({ projectDir, scripted: { script: 'script.yaml' } }));
    expect(() => models.check()).toThrow(
      expect.objectContaining({ code: 'SCRIPT_INVALID', message: expect.stringContaining('does not exist') }),
    );
    const { model, name, spec } = models.resolve();
    expect(spec).toBe('scripted:script');
    const generate = () => model.generate(request({ items: [user('x')], model: name }), call());
    await expect(generate()).rejects.toMatchObject({ class: 'script' });
    writeFileSync(join(projectDir, 'script.yaml'), 'turns: [{ say: one }]');
    models.check();
    expect((await generate()).content).toEqual([{ type: 'text', text: 'one' }]);
    writeFileSync(join(projectDir, 'script.yaml'), 'turns: [{ say: changed }]');
    expect((await generate()).content).toEqual([{ type: 'text', text: 'changed' }]);
  });
});
