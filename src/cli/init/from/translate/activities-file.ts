import type { Found, Module } from '../python/declarations.js';
import { camelCase, type Note } from './scope.js';
import { typeOf } from './types.js';
import { pythonOf } from './workflow-file.js';

/** `activities.ts`: a function for each `@workflow_task`, whose body is still to be written. */
export function activitiesFile(tasks: Array<[found: Found, module: Module]>): {
  text: string;
  notes: Note[];
} {
  const notes: Note[] = [];
  const functions = tasks.flatMap(([found, module]) => {
    const { run } = found;
    const params = run.params.map(
      ({ name, type }) => `_${camelCase(name)}: ${typeOf(type).replace('void', 'any')}`,
    );
    const python = `@workflow_task ${run.name}`;
    notes.push({ line: found.firstLine, python, reason: 'an activity does I/O: its body is yours to write' });
    return [
      `/** ${found.description ?? found.name} */`,
      `export async function ${run.name}(${params.join(', ')}): Promise<${typeOf(run.returns)}> {`,
      `  throw new Error('${module.file}:${found.firstLine} is not translated yet');`,
      '}',
      '',
      ...pythonOf(found, module),
      '',
    ];
  });
  return { text: functions.join('\n'), notes };
}
