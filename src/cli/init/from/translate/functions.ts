import type { PythonFunction } from '../python/declarations.js';
import { sharedNames } from './assignments.js';
import { camelCase, type Scope } from './scope.js';
import { translateStatements } from './statements.js';

/** The body of a function: names that blocks share first, then its statements. */
export function functionBody(fn: PythonFunction, scope: Scope, indent: string): string[] {
  const params = new Set(fn.params.map(({ name }) => name));
  for (const { name } of fn.params) scope.names.set(name, { kind: 'any', ts: camelCase(name) });
  const shared = sharedNames(fn.statement.body);
  const before = [...scope.shared];
  for (const name of before) scope.shared.delete(name);
  for (const name of shared) scope.shared.add(name);
  const lines = translateStatements(fn.statement.body, scope, indent);
  scope.shared.clear();
  for (const name of before) scope.shared.add(name);
  // Only those that the translation really sets: an agent or an app object is none.
  const declared = [...shared]
    .filter((name) => !params.has(name))
    .map(camelCase)
    .filter((name) =>
      lines.some((line) =>
        new RegExp(`^\\s*;?\\[?([\\w, ]*\\b)?${name}\\b[\\w, \\]]*(=|\\+=|-=) `).test(line),
      ),
    );
  return [...declared.map((name) => `${indent}let ${name}: any;`), ...lines];
}
