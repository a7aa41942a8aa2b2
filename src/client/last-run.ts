import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface LastRun {
  workflowId: string;
  runId: string;
}

const fileOf = (projectDir: string) => join(projectDir, '.mcpa', 'last-run.json');

/** Remembers the run for `@last`; a project that can't be written to loses only this convenience. */
export async function rememberLastRun(projectDir: string, run: LastRun): Promise<void> {
  try {
    await mkdir(join(projectDir, '.mcpa'), { recursive: true });
    await writeFile(fileOf(projectDir), `${JSON.stringify(run)}\n`);
  } catch {
    // The run itself is safe in the engine.
  }
}

export async function readLastRun(projectDir: string): Promise<LastRun | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(projectDir), 'utf8')) as LastRun;
  } catch {
    return undefined;
  }
}
