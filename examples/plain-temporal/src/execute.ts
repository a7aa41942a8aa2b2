import { Client, Connection } from '@temporalio/client';
import { SimpleAgentWorkflow } from './workflows/index.js';

const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS });
const client = new Client({ connection });
const handle = await client.workflow.start(SimpleAgentWorkflow, {
  taskQueue: process.env.TASK_QUEUE ?? 'agents',
  workflowId: `simple-${Date.now()}`,
  args: [process.argv[2] ?? 'https://example.com'],
});
console.log(`Result: ${await handle.result()}`);
await connection.close();
