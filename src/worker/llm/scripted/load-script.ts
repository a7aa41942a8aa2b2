import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { McpaError } from '../../../core/index.js';
import { ModelError } from '../errors/model-error.js';
import { parseScript, type Script } from './script.js';

export interface ScriptFile {
  /** Throws `SCRIPT_INVALID`. */
  read(): Script;
  /** For a model call: the same problem as a model error of class `script`. */
  load(): Promise<Script>;
}

/** A script file, read again when it changes: an edit needs no new worker. */
export function scriptFile(projectDir: string, script: string): ScriptFile {
  const path = resolve(projectDir, script);
  const fromProject = relative(projectDir, path);
  const shown = fromProject.startsWith('..') || isAbsolute(fromProject) ? path : fromProject;
  let cached: { version: string; script: Script } | undefined;
  const read = (): Script => {
    try {
      const { mtimeMs, size } = statSync(path);
      const version = `${mtimeMs}/${size}`;
      if (cached?.version !== version)
        cached = { version, script: parseScript(readFileSync(path, 'utf8'), shown) };
      return cached.script;
    } catch (error) {
      if (error instanceof McpaError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      const problem = code === 'ENOENT' ? 'does not exist' : `can't be read: ${message}`;
      throw new McpaError('SCRIPT_INVALID', `The script ${path} of the scripted model ${problem}.`, {
        hint: 'Set scripted.script to a YAML file of turns, relative to the config file.',
        cause: error,
      });
    }
  };
  return {
    read,
    async load() {
      try {
        return read();
      } catch (error) {
        const { message, hint } = error as McpaError;
        throw new ModelError('script', message, { hint, cause: error });
      }
    },
  };
}
