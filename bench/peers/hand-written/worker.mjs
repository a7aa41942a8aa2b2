// A minimal hand-written Temporal worker: node floor-worker.mjs <address> <task queue> <bundle>
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { answer, callTool, close, plan } from './floor-activities.mjs';

const [address, taskQueue, codePath] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowBundle: { codePath },
  activities: { plan, callTool, answer },
  // As many slots as mcpa's default, so that neither side waits for one.
  maxConcurrentActivityTaskExecutions: 200,
});
const running = worker.run();
console.error(`ready ${taskQueue}`);
await running;
await close();
await connection.close();
