// The conversation in the worker's memory alone: an agent that a crash ends, and the least that one can cost.
import { Context } from '@temporalio/activity';
import { askModel } from '../hand-written/model.mjs';
import { runTool } from '../hand-written/tools.mjs';

const KEPT = 1_000;
const conversations = new Map();

function conversation() {
  const { runId } = Context.current().info.workflowExecution;
  let messages = conversations.get(runId);
  if (messages === undefined) {
    messages = [];
    conversations.set(runId, messages);
    if (conversations.size > KEPT) conversations.delete(conversations.keys().next().value);
  }
  return messages;
}

export async function ask(prompt) {
  const messages = conversation();
  if (prompt !== undefined) messages.push({ role: 'user', content: prompt });
  const reply = await askModel(messages);
  messages.push(reply);
  return { text: reply.content, call: reply.tool_calls?.[0] };
}

export async function callTool(call) {
  const message = await runTool(call);
  conversation().push(message);
  return message.content;
}
