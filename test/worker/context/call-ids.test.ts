import { expect, test } from 'vitest';
import { ChatAnswer } from '../../../src/worker/llm/openai/chat-answer.js';
import { answer } from '../../core/context/conversations.js';
import { request, user } from '../llm/fixtures/requests.js';

test('ids that a server leaves out are unique in the whole conversation, not in what the model sees', () => {
  const history = [user('go'), answer('a1'), answer('a2'), answer('a3')] as never;
  const chat = new ChatAnswer(request({ items: [user('a summary')], history }), () => undefined);
  const call = { index: 0, type: 'function', function: { name: 'add', arguments: '{}' } };
  chat.add({ choices: [{ delta: { tool_calls: [call] }, finish_reason: 'tool_calls' }] } as never);
  expect(chat.finish().content).toMatchObject([{ type: 'tool_call', id: 'call_4_1' }]);
});
