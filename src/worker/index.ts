export { type Config, type LoadedConfig, type LoadOptions, loadConfig } from '../config/index.js';
export { type Bundle, describeWorkflows, discoverWorkflows, type WorkflowSource } from './bundle/index.js';
export { bundleProject } from './bundle-project.js';
export {
  type CreateWorkerOptions,
  checkModel,
  checkServers,
  createWorker,
  type McpaWorker,
} from './create-worker.js';
export type { DeploymentVersion } from './deployment.js';
export { logInToMcpServer, type McpLogInOptions } from './mcp/auth/login/log-in.js';
export { logOutOfMcpServer, type McpLogOut } from './mcp/auth/login/log-out.js';
export { type McpLogin, mcpLogins } from './mcp/auth/login/login-status.js';
export { mcpConnections, type WorkerMcpConnection } from './mcp/look/announce-connections.js';
export type { McpConnection } from './mcp/look/connection-report.js';
export {
  type McpServerStatus,
  McpServers,
  type McpServersOptions,
  type McpToolCall,
  type McpToolResult,
  openMcpServers,
} from './mcp/look/mcp-servers.js';
export { type Log, McpaPlugin, type McpaPluginOptions } from './plugin.js';
export { bundleActivities } from './project-activities/bundle-activities.js';
export { loadActivities } from './project-activities/load-activities.js';
export type { Difference } from './replay/difference.js';
export { type RunHistory, readHistory } from './replay/read-history.js';
export { type ReplayRunsOptions, type ReplayVerdict, replayRuns } from './replay/replay-runs.js';
