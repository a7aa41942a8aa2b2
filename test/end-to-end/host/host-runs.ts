import type { App } from '../../../src/client/index.js';

/** All runs of the host of a run's agent, oldest first, with the bytes of their histories. */
export async function hostRuns(app: App, workflowId: string) {
  const runs = [];
  const query = `WorkflowType = 'mcpa.agent' AND WorkflowId STARTS_WITH '${workflowId}/'`;
  for await (const run of app.open.client.workflow.list({ query })) runs.push(run);
  return runs.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
}
