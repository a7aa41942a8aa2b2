import { describe, expect, test } from 'vitest';
import {
  type AssistantPart,
  Conversation,
  type GenerateOutput,
  type LoopEffects,
  NO_USAGE,
  runLoop,
  type ToolCallPart,
} from '../../src/core/index.js';

const call = (id: string, name = 'echo'): ToolCallPart => ({ type: 'tool_call', id, name, arguments: {} });
const say = (text: string): AssistantPart => ({ type: 'text', text });

function script(turns: AssistantPart[][], effects: Partial<LoopEffects> = {}) {
  const asked: Array<{ turn: number; final: boolean }> = [];
  const all: LoopEffects = {
    settings: () => ({ maxIterations: 10, parallelToolCalls: true }),
    generate: async (_conversation, turn, final): Promise<GenerateOutput> => {
      asked.push({ turn, final });
      const content = turns[asked.length - 1];
      if (content === undefined) throw new Error('the script ran out');
      const usage = { ...NO_USAGE, input: 1, output: 2 };
      return { id: `r${asked.length}`, content, stopReason: 'end_turn', model: 'x:y', usage, catalog: '' };
    },
    runTool: async (part) => ({
      item: { role: 'tool', callId: part.id, id: `t${part.id}`, content: [{ type: 'text', text: 'ok' }] },
      recorded: true,
    }),
    ...effects,
  };
  return { asked, all };
}

function conversation(): Conversation {
  const fresh = new Conversation('a', {
    role: 'definition',
    agent: 'a',
    instruction: '',
    serverNames: [],
    tools: [],
  });
  fresh.addUser({ role: 'user', content: [{ type: 'text', text: 'hello' }] });
  return fresh;
}

describe('runLoop', () => {
  test('runs the tools that the model asked for and returns its answer', async () => {
    const { all } = script([[call('1'), call('2')], [say('done')]]);
    const result = await runLoop(conversation(), 1, {}, all);
    expect(result).toEqual({
      text: 'done',
      turns: 2,
      stopReason: 'end_turn',
      usage: { input: 2, output: 4, cacheRead: 0, cacheWrite: 0 },
    });
  });

  test('withholds tools on the last turn and leaves no call unanswered', async () => {
    const { all, asked } = script([[call('1')], [say('enough'), call('2')]]);
    const talk = conversation();
    const result = await runLoop(talk, 1, { maxIterations: 2 }, all);
    expect(asked.map((turn) => turn.final)).toEqual([false, true]);
    expect(result.stopReason).toBe('max_iterations');
    expect(talk.items.at(-1)).toMatchObject({ role: 'tool', callId: '2', isError: true });
  });

  test('a limit of one turn that comes with the first reply holds for it', async () => {
    let known = 50;
    const { all, asked } = script([[say('enough'), call('1')]], {
      settings: () => ({ maxIterations: known, parallelToolCalls: true }),
    });
    const first: LoopEffects = {
      ...all,
      generate: (...args) => {
        const reply = all.generate(...args);
        known = 1;
        return reply;
      },
    };
    const talk = conversation();
    const result = await runLoop(talk, 1, {}, first);
    expect(asked).toEqual([{ turn: 1, final: false }]);
    expect(result).toMatchObject({ text: 'enough', turns: 1, stopReason: 'max_iterations' });
    expect(talk.items.at(-1)).toMatchObject({ role: 'tool', callId: '1', isError: true });
  });

  test('runs tools one after the other when parallel calls are off', async () => {
    const running: string[] = [];
    let together = 0;
    const { all } = script([[call('1'), call('2')], [say('done')]], {
      runTool: async (part) => {
        running.push(part.id);
        together = Math.max(together, running.length);
        await Promise.resolve();
        running.pop();
        return { item: { role: 'tool', callId: part.id, id: part.id, content: [] }, recorded: true };
      },
    });
    await runLoop(conversation(), 1, { parallelToolCalls: false }, all);
    expect(together).toBe(1);
  });
});

describe('Conversation', () => {
  test('sends each item once: new ones whole, recorded tool results by reference', async () => {
    const talk = conversation();
    expect(talk.delta()).toMatchObject({ from: 0, length: 2 });
    talk.addReply({
      id: 'r1',
      content: [call('1')],
      stopReason: 'tool_use',
      model: 'x:y',
      usage: NO_USAGE,
      catalog: '',
    });
    talk.addToolResult({ role: 'tool', callId: '1', id: 't1', content: [] }, true);
    expect(talk.delta()).toMatchObject({
      from: 3,
      length: 4,
      add: [{ role: 'tool_ref', callId: '1', id: 't1' }],
    });
    expect(talk.delta(true).add).toHaveLength(4);
  });

  test('its digest tells two attempts of one reply apart', () => {
    const digests = ['r1', 'r2'].map((id) => {
      const talk = conversation();
      talk.addReply({
        id,
        content: [say('x')],
        stopReason: 'end_turn',
        model: 'x:y',
        usage: NO_USAGE,
        catalog: '',
      });
      return talk.delta().digest;
    });
    expect(digests[0]).not.toBe(digests[1]);
  });
});
