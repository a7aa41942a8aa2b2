// The floor: the same three activity calls as one agent turn with a tool, and nothing else.
import { proxyActivities } from '@temporalio/workflow';

const { plan, callTool, answer } = proxyActivities({ startToCloseTimeout: '10 minutes' });

export async function FloorWorkflow(input) {
  const call = await plan(input);
  const result = await callTool(call);
  return answer(result);
}
