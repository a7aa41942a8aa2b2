// The least that a Node program needs to list, signal or describe: node client-script.mjs ADDRESS list|signal|describe [ID]
import { Client, Connection } from '@temporalio/client';

const [address, action, id] = process.argv.slice(2);
const connection = await Connection.connect({ address });
const client = new Client({ connection });
if (action === 'list') {
  let left = 20;
  for await (const run of client.workflow.list({ pageSize: 20 })) {
    console.log(JSON.stringify({ id: run.workflowId, status: run.status.name, started: run.startTime }));
    if (--left === 0) break;
  }
} else if (action === 'signal') await client.workflow.getHandle(id).signal('say', 'x');
else {
  const handle = client.workflow.getHandle(id);
  const [description, history] = await Promise.all([handle.describe(), handle.fetchHistory()]);
  console.log(JSON.stringify({ status: description.status.name, events: history.events?.length }));
}
await connection.close();
