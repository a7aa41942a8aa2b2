import { fromJsonSchema, type Tool } from '@modelcontextprotocol/server';
import { McpaError } from '../../core/index.js';
import { argumentProblem } from './argument-problem.js';

/** Throws with the field and what is wrong with it when arguments don't fit a tool's schema. */
export async function checkArguments(
  { name, inputSchema }: Tool,
  given: Record<string, unknown>,
): Promise<void> {
  const { issues } = await fromJsonSchema(inputSchema as never)['~standard'].validate(given);
  if (!issues || issues.length === 0) return;
  const problems = issues.map(({ message, path }) => {
    const field = (path ?? []).map((part) => (typeof part === 'object' ? part.key : part)).join('.');
    return field === '' ? argumentProblem(message) : `${field}: ${message}`;
  });
  throw new McpaError('USAGE', `the arguments of ${name} don't fit: ${problems.join('; ')}`, {
    hint: `tools/list has the schema of ${name}`,
  });
}
