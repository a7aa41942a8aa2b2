// The least that a Node program needs to follow a run: address and workflow id; one line for each event of history.
import { Client, Connection } from '@temporalio/client';

const [address, workflowId] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const { runId } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
const request = { namespace: 'default', execution: { workflowId, runId }, waitNewEvent: true };
for (let nextPageToken; ; ) {
  const ask = () => connection.workflowService.getWorkflowExecutionHistory({ ...request, nextPageToken });
  const page = await connection.withDeadline(Date.now() + 70_000, ask);
  for (const { eventTime } of page.history?.events ?? []) {
    const time = Number(eventTime.seconds) * 1_000 + Math.floor(eventTime.nanos / 1e6);
    process.stdout.write(`${JSON.stringify({ time: new Date(time).toISOString(), cursor: '-' })}\n`);
  }
  if (!page.nextPageToken?.length) break;
  nextPageToken = page.nextPageToken;
}
await connection.close();
