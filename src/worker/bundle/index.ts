export { type Bundle, type BundleWorkflowsOptions, bundleWorkflows } from './bundle-workflows.js';
export { describeWorkflows } from './signature/describe-workflows.js';
export { discoverWorkflows, type WorkflowSource } from './source/discover.js';
