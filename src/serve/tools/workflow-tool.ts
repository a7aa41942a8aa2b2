import type { Tool } from '@modelcontextprotocol/server';
import type { JsonObject, WorkflowParameter, WorkflowSignature } from '../../core/index.js';

/** A workflow as a tool: its arguments by name, and the run's arguments by position. */
export interface WorkflowTool {
  definition: Tool;
  runArguments(given: Record<string, unknown>): unknown[];
}

/** One object parameter gives the tool its properties; any other parameters are properties themselves. */
export function workflowTool({ name, description, parameters }: WorkflowSignature): WorkflowTool {
  const [only, ...others] = parameters;
  const object = only !== undefined && others.length === 0 && isStructure(only) ? only : undefined;
  const inputSchema = object?.schema ?? schemaOf(parameters);
  const about = description ?? `Runs the workflow ${name}.`;
  return {
    definition: { name, description: about, inputSchema: inputSchema as Tool['inputSchema'] },
    runArguments(given) {
      if (!object) return positional(parameters, given);
      return object.optional && Object.keys(given).length === 0 ? [] : [given];
    },
  };
}

function isStructure({ schema, rest }: WorkflowParameter): boolean {
  return schema.type === 'object' && schema.properties !== undefined && !rest;
}

function schemaOf(parameters: WorkflowParameter[]): JsonObject {
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter(({ optional }) => !optional).map(({ name }) => name);
  // A mistyped name is told, not dropped.
  return {
    type: 'object',
    properties,
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function positional(parameters: WorkflowParameter[], given: Record<string, unknown>): unknown[] {
  const args: unknown[] = [];
  for (const { name, rest } of parameters) {
    const value = given[name];
    if (rest) args.push(...(Array.isArray(value) ? value : []));
    else args.push(value);
  }
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}
