import { parseScript, type Script } from '../worker/llm/index.js';

/** One turn of a script, as in a script file (docs/scripted-model.md). */
export type ScriptTurn = Record<string, unknown>;

export interface ScriptedModel {
  readonly script: Script;
  /** The script as a file's text. */
  readonly text: string;
}

/**
 * A model that answers by script; throws at once on a script that makes no sense.
 *
 * @example scriptedModel([{ tools: [{ tool: 'echo', args: { text: 'x' } }] }, { say: 'done' }])
 */
export function scriptedModel(turns: ScriptTurn[]): ScriptedModel {
  const text = JSON.stringify({ turns }, null, 2);
  return { script: parseScript(text, 'scriptedModel()'), text };
}
