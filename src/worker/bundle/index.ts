export { type Bundle, type BundleWorkflowsOptions, bundleWorkflows } from './bundle-workflows.js';
export { discoverWorkflows, type WorkflowSource } from './source/discover.js';
