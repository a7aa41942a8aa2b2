import type { CallToolResult, InputRequiredResult, Tool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { McpaError } from '../../../core/index.js';
import type { Call } from '../../run/follow-call.js';

type Outcome = CallToolResult | InputRequiredResult;

/** A tool that is no workflow: it looks after runs. */
export interface ControlTool {
  definition: Tool;
  call(call: Call, given: Record<string, unknown>): Promise<Outcome>;
}

/** Names and arguments are those of mcp-agent, so that its clients find them. */
export function controlTool<S extends z.ZodObject>(
  name: string,
  about: { description: string; input: S; annotations?: Tool['annotations'] },
  run: (call: Call, input: z.output<S>) => Promise<Outcome>,
): ControlTool {
  const { description, input, annotations } = about;
  const { $schema: _, ...inputSchema } = z.toJSONSchema(input, { io: 'input' });
  return {
    definition: {
      name,
      description,
      inputSchema: inputSchema as Tool['inputSchema'],
      ...(annotations && { annotations }),
    },
    async call(call, given) {
      const parsed = input.safeParse(given);
      if (parsed.success) return run(call, parsed.data);
      const problems = parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || name}: ${message}`,
      );
      throw new McpaError('USAGE', `the arguments of ${name} don't fit: ${problems.join('; ')}`, {
        hint: `tools/list has the schema of ${name}`,
      });
    },
  };
}

/** A run by its workflow id, or by the run id that some clients keep. */
export const RUN_IDS = {
  workflow_id: z.string().optional().describe('id of the run, as its start told it'),
  run_id: z.string().optional().describe('in place of workflow_id'),
};

export const READS = { readOnlyHint: true, idempotentHint: true };
