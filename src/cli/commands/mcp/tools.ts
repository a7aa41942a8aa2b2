import { nearest } from '../../../config/problems.js';
import { type ListedTool, McpaError } from '../../../core/index.js';
import { type Column, tableLines } from '../../render/look/table.js';
import { stdoutView } from '../../render/look/view.js';
import { type Paint, paint } from '../../render/paint.js';
import { oneLine } from '../../render/width.js';
import type { GlobalFlags } from '../../settings.js';
import { note, outputMode, printJson, printResult } from '../../terminal.js';
import { withServers } from './open-servers.js';

/** The tools that agents may use, or one of them whole. */
export async function mcpTools(server: string, tool: string | undefined, flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const all = await withServers(flags, mode, ({ servers, signal }) => servers.tools(server, signal));
  const tools = tool === undefined ? all : [find(all, server, tool)];
  if (mode.json) return printJson({ server, tools });
  const view = stdoutView(mode);
  const ink = paint(view.color);
  if (tool !== undefined) printResult(whole(tools[0] as ListedTool, ink));
  else if (tools.length === 0) note(mode, `${server} has no tools that agents may use`);
  else printResult(tableLines(columns(ink), tools, view.columns, ink.dim).join('\n'));
}

function find(tools: ListedTool[], server: string, name: string): ListedTool {
  const found = tools.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = tools.map((each) => each.name);
  const near = nearest(name, names);
  throw new McpaError('MCP_TOOL_UNKNOWN', `MCP server ${server} has no tool ${name}`, {
    hint: near === undefined ? `its tools: ${names.join(', ') || 'none'}` : `did you mean ${near}?`,
  });
}

function columns(ink: Paint): Column<ListedTool>[] {
  return [
    { title: 'TOOL', value: ({ name }) => name, style: (text) => ink.bold(text) },
    { title: 'ARGUMENTS', drop: 2, value: argumentNames },
    { title: 'MARKS', drop: 1, value: marks },
    { title: 'DESCRIPTION', value: ({ description }) => description ?? '' },
  ];
}

/** `path, head?`: the question mark as in TypeScript. */
function argumentNames({ inputSchema }: ListedTool): string {
  const { properties = {}, required = [] } = inputSchema as { properties?: object; required?: string[] };
  return Object.keys(properties)
    .map((name) => (required.includes(name) ? name : `${name}?`))
    .join(', ');
}

function marks({ annotations = {} }: ListedTool): string {
  const { readOnlyHint, idempotentHint, destructiveHint } = annotations;
  return [
    ...(readOnlyHint ? ['read-only'] : []),
    ...(idempotentHint ? ['idempotent'] : []),
    ...(destructiveHint ? ['destructive'] : []),
  ].join(', ');
}

function whole(tool: ListedTool, ink: Paint): string {
  const { name, description, inputSchema } = tool;
  return [
    ink.bold(oneLine(name)),
    ...(description === undefined ? [] : description.split('\n').map((line) => oneLine(line, 2_000))),
    ...(marks(tool) === '' ? [] : [ink.dim(marks(tool))]),
    // JSON escapes what could steer a terminal, but for the C1 controls.
    JSON.stringify(inputSchema, null, 2).replace(/[\u007f-\u009f]/g, ' '),
  ].join('\n');
}
