import type { LoadedConfig } from '../../../config/index.js';
import { paint } from '../../render/paint.js';
import { oneLine } from '../../render/width.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { outputMode, printJson, printResult } from '../../terminal.js';

/** Every value with where it came from, secrets masked. */
export async function configShow(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const loaded = await loadSettings(flags);
  const { explainConfig } = await import('../../../config/index.js');
  const rows = explainConfig(loaded);
  if (mode.json)
    return printJson({ files: loaded.config.files, projectDir: loaded.config.projectDir, values: rows });
  const color = paint(process.stdout.isTTY === true && mode.color);
  const width = Math.max(0, ...rows.map((row) => row.key.length));
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  printResult(
    rows
      .map((row) => `${row.key.padEnd(width)}  ${oneLine(text(row.value))}  ${color.dim(row.origin)}`)
      .join('\n'),
  );
}

/** All problems at once; the error that loading throws holds them. */
export async function configCheck(flags: GlobalFlags): Promise<void> {
  const mode = outputMode();
  const loaded: LoadedConfig = await loadSettings(flags, { project: true });
  const engine = loaded.config.execution_engine;
  const notes =
    engine === 'temporal' ? [] : [`execution_engine is ${engine}: set it to temporal to run here`];
  if (mode.json) printJson({ ok: true, files: loaded.config.files, warnings: loaded.warnings, notes });
  else printResult([...notes, `ok: ${loaded.config.files.join(', ')}`].join('\n'));
}

export async function configSchema(_flags: GlobalFlags): Promise<void> {
  const { configJsonSchema } = await import('../../../config/index.js');
  printResult(JSON.stringify(configJsonSchema(), null, 2));
}
