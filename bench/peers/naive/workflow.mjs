// What everyone writes first: the workflow holds the conversation and sends all of it with each model call.
import { proxyActivities } from '@temporalio/workflow';

const { ask, callTool } = proxyActivities({ startToCloseTimeout: '10 minutes' });

export async function BenchWorkflow(prompt) {
  const messages = [{ role: 'user', content: prompt }];
  for (;;) {
    const reply = await ask(messages);
    messages.push(reply);
    if (!reply.tool_calls) return reply.content;
    for (const call of reply.tool_calls) messages.push(await callTool(call));
  }
}
