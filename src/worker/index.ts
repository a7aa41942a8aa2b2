export { type Config, type LoadedConfig, type LoadOptions, loadConfig } from '../config/index.js';
export { type Bundle, discoverWorkflows, type WorkflowSource } from './bundle/index.js';
export { bundleProject } from './bundle-project.js';
export {
  type CreateWorkerOptions,
  checkModel,
  checkServers,
  createWorker,
  type McpaWorker,
} from './create-worker.js';
export { type Log, McpaPlugin, type McpaPluginOptions } from './plugin.js';
export { bundleActivities } from './project-activities/bundle-activities.js';
export { loadActivities } from './project-activities/load-activities.js';
