// The floor: one activity for each call of an agent's loop, and nothing else.
import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';

const { ask, callTool } = proxyActivities({ startToCloseTimeout: '10 minutes' });

export async function BenchWorkflow(prompt) {
  let reply = await ask(prompt);
  while (reply.call) {
    await callTool(reply.call);
    reply = await ask();
  }
  return reply.text;
}

/** Answers, and stays open until it is told to end. */
export async function HeldWorkflow(prompt) {
  let released = false;
  setHandler(defineSignal('release'), () => {
    released = true;
  });
  const text = await BenchWorkflow(prompt);
  await condition(() => released);
  return text;
}
