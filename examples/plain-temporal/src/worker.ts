import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import * as activities from './activities.js';

const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const worker = await Worker.create({
  connection,
  taskQueue: process.env.TASK_QUEUE ?? 'agents',
  workflowsPath: fileURLToPath(new URL('./workflows/index.js', import.meta.url)),
  activities,
});
console.log('Worker started. Ctrl+C to exit.');
await worker.run();
await connection.close();
