import type { McpServerConfig } from '../../config/index.js';
import type { Approval } from '../../core/index.js';
import type { CatalogTool } from '../mcp/index.js';

type Tool = Pick<CatalogTool, 'name' | 'annotations'>;

/** How a call of this tool waits for a person's approval; undefined: it doesn't. */
export function approvalFor(config: McpServerConfig['approve'], tool: Tool): Approval | undefined {
  if (config === undefined) return undefined;
  const whole = typeof config === 'string' ? { default: config } : config;
  const policy = whole.tools?.[tool.name] ?? whole.default ?? 'never';
  if (policy === 'never' || (policy === 'unannotated' && isHarmless(tool))) return undefined;
  return {
    onTimeout: whole.on_timeout ?? 'refuse',
    ...(whole.timeout_seconds === undefined ? {} : { timeoutMs: whole.timeout_seconds * 1_000 }),
  };
}

/** By MCP's own rule a tool that says nothing is destructive (`ToolAnnotations` of the specification). */
function isHarmless({ annotations }: Tool): boolean {
  return annotations?.readOnlyHint === true || annotations?.destructiveHint === false;
}
