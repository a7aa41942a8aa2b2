import { createHash } from 'node:crypto';
import type { CatalogTool } from './types.js';

const LIMIT = 64;

/** Names that every provider accepts, each for one tool: `tool`, or `server_tool` where servers share a name. */
export function wireToolNames(tools: CatalogTool[]): Map<string, CatalogTool> {
  const uses = new Map<string, number>();
  for (const tool of tools) uses.set(safe(tool.name), (uses.get(safe(tool.name)) ?? 0) + 1);

  const names = new Map<string, CatalogTool>();
  for (const tool of tools) {
    const plain = safe(tool.name);
    const wanted = uses.get(plain) === 1 ? plain : safe(`${tool.server}_${tool.name}`);
    // A hash of the tool's own identity, so that a name doesn't depend on what else is offered.
    names.set(wanted.length <= LIMIT && !names.has(wanted) ? wanted : hashed(wanted, tool), tool);
  }
  return names;
}

function safe(name: string): string {
  return name.replace(/[^a-zA-Z0-9_-]/g, '_') || '_';
}

function hashed(name: string, tool: CatalogTool): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([tool.server, tool.name]))
    .digest('hex')
    .slice(0, 8);
  return `${name.slice(0, LIMIT - 9)}_${hash}`;
}
