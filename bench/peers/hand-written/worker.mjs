// A minimal hand-written Temporal worker: node worker.mjs <address> <task queue> <bundle> <peer>
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { closeTools } from './tools.mjs';

const [address, taskQueue, codePath, peer] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('WARN') });
const activities = await import(`../${peer}/activities.mjs`);
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { codePath },
  activities,
  // As many slots as mcpa's default, so that neither side waits for one.
  maxConcurrentActivityTaskExecutions: 200,
});
const running = worker.run();
console.error(`ready ${taskQueue}`);
await running;
await closeTools();
await connection.close();
