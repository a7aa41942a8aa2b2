export { IDEMPOTENCY_META_KEY } from './call/call.js';
export { McpCallError, type McpCallErrorKind } from './errors.js';
export { createMcpPool } from './pool.js';
export { wireToolNames } from './tool-names.js';
export type {
  Catalog,
  CatalogTool,
  McpPool,
  McpPoolOptions,
  PoolLog,
  ToolCall,
  ToolProgress,
  ToolResult,
} from './types.js';
