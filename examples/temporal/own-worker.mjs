// #region own-worker
// Agents in a Temporal worker of your own: the plugin brings mcpa's activities.
import { NativeConnection, Worker } from '@temporalio/worker';
import { bundleProject, loadConfig, McpaPlugin } from 'mcpa/worker';

const { config } = await loadConfig({ require: true });
const { codePath } = await bundleProject(config);
const connection = await NativeConnection.connect({ address: config.temporal.address });
const worker = await Worker.create({
  connection,
  namespace: config.temporal.namespace,
  taskQueue: config.temporal.task_queue,
  workflowBundle: { codePath },
  plugins: [new McpaPlugin({ config })],
});
console.log('Worker started. Ctrl+C to exit.');
await worker.run();
await connection.close();
// #endregion
