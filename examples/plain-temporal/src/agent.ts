import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities.js';

const { askModel } = proxyActivities<typeof activities>({ startToCloseTimeout: '10 minutes' });
const { callTool } = proxyActivities<typeof activities>({
  startToCloseTimeout: '10 minutes',
  retry: { maximumAttempts: 1 },
});

/** An agent: asks the model, runs the tools it wants, until it answers; remembers what was said. */
export function agent(instruction: string, servers: string[]) {
  const messages: activities.Message[] = [{ role: 'system', content: instruction }];
  return async (prompt: string): Promise<string> => {
    messages.push({ role: 'user', content: prompt });
    for (let turn = 1; turn <= 50; turn++) {
      const reply = await askModel(messages, servers);
      messages.push(reply);
      const calls = (reply.tool_calls ?? []) as activities.ToolCall[];
      if (calls.length === 0) return reply.content ?? '';
      messages.push(...(await Promise.all(calls.map(callTool))));
    }
    throw ApplicationFailure.nonRetryable('no answer after 50 turns');
  };
}
