import type { ContentPart, JsonObject } from '../../../core/index.js';
import type { ToolResult } from '../types.js';

/** Of a `CallToolResult` what a run keeps. */
export function toolResult(result: Record<string, unknown>): ToolResult {
  const { content, isError, structuredContent } = result;
  return {
    content: (Array.isArray(content) ? content : []) as ContentPart[],
    ...(isError === true ? { isError: true } : {}),
    ...(structuredContent === undefined ? {} : { structuredContent: structuredContent as JsonObject }),
  };
}
