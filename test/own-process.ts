import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Tests of code that keeps much in its modules. */
const OWN_FOLDERS = /^test\/(?:worker|engine|histories)\//;

/** A whole worker, whose runtime there is once in a process, and whatever else the files of one process would notice. */
const CHANGES_THE_PROCESS =
  /NativeConnection|Runtime\.install|\/(?:src|dist)\/worker\/(?:index|mcp)|stubEnv|stubGlobal|useFakeTimers|spyOn|delete process\.env|process\.env\.\w+ = |Object\.assign\(process\.env/;

/** Installs the runtime once for all files of a process. */
const ONCE_FOR_ALL = /\/quiet-runtime\.ts$/;

/** Test files that change the process they run in, themselves or by what they import from `test`. */
export function ownProcessFiles(): string[] {
  const root = resolve(import.meta.dirname, '..');
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`);
  return files.filter((file) => OWN_FOLDERS.test(file) || changesTheProcess(join(root, file), new Set()));
}

function changesTheProcess(file: string, seen: Set<string>): boolean {
  if (seen.has(file) || !existsSync(file) || !file.includes('/test/')) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/^import type .*$/gm, '');
  if (CHANGES_THE_PROCESS.test(text) && !ONCE_FOR_ALL.test(file)) return true;
  const imports = [...text.matchAll(/ from '(\.[^']+)\.js'/g)].map(([, path]) => `${path}.ts`);
  return imports.some((path) => changesTheProcess(join(dirname(file), path), seen));
}
