import { createHash } from 'node:crypto';
import type { Tool } from '@modelcontextprotocol/client';
import type { McpServerConfig } from '../../config/types.js';
import type { CatalogTool } from './types.js';

export function isAllowed(config: McpServerConfig, tool: string): boolean {
  return config.allowed_tools === undefined || config.allowed_tools.includes(tool);
}

/** How long a call of the tool may take: its own setting, else its server's. */
export function toolTimeoutSeconds(config: McpServerConfig | undefined, tool: string): number {
  return config?.tools?.[tool]?.timeout_seconds ?? serverTimeoutSeconds(config);
}

/** How long a server may take to answer, where nothing else is set: a minute. */
export function serverTimeoutSeconds(config: McpServerConfig | undefined): number {
  return config?.timeout_seconds ?? 60;
}

/** A server's tools as offered to models: the allowed ones, by name, so that prompts stay the same. */
export function catalogTools(server: string, config: McpServerConfig, tools: Tool[]): CatalogTool[] {
  return tools
    .filter((tool) => isAllowed(config, tool.name))
    .map((tool) => catalogTool(server, tool, config.tools?.[tool.name]?.repeatable))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function catalogTool(server: string, tool: Tool, configured: boolean | undefined): CatalogTool {
  const { readOnlyHint, idempotentHint, destructiveHint } = tool.annotations ?? {};
  const title = tool.title ?? tool.annotations?.title;
  const annotations = {
    ...(readOnlyHint === undefined ? {} : { readOnlyHint }),
    ...(idempotentHint === undefined ? {} : { idempotentHint }),
    ...(destructiveHint === undefined ? {} : { destructiveHint }),
    ...(title === undefined ? {} : { title }),
  };
  return {
    server,
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    inputSchema: tool.inputSchema,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    repeatable: configured ?? (readOnlyHint === true || idempotentHint === true),
  };
}

export function catalogDigest(tools: CatalogTool[]): string {
  const identity = tools.map((tool) => [tool.server, tool.name, tool.description, sorted(tool.inputSchema)]);
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
}

/** With keys in order: two servers of one version may print a schema differently. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
