export { discoverWorkflows, type WorkflowSource } from './bundle/index.js';
export { type CreateWorkerOptions, createWorker, type McpaWorker } from './create-worker.js';
export { type Log, McpaPlugin, type McpaPluginOptions } from './plugin.js';
