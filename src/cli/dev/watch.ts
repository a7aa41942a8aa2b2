import { dirname, extname, relative } from 'node:path';
import type { Config } from '../../config/index.js';

const SOURCES = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);
const SKIPPED = /(^|[\\/])(node_modules|dist|coverage|test|tests|\.[^\\/]+)([\\/]|$)/;
/** One save of an editor is several events. */
const SETTLE_MS = 120;

/** Calls back, once for each burst, when a source or a config file of the project changes. */
export async function watchProject(
  config: Config,
  changed: (file: string) => void,
): Promise<AsyncDisposable> {
  const { watch } = await import('chokidar');
  const { projectDir } = config;
  const named = new Set(config.files);
  const matters = (file: string) => {
    if (named.has(file)) return true;
    const inside = relative(projectDir, file);
    if (SOURCES.has(extname(file))) return true;
    // Config and script files stand at the top; deeper YAML and JSON may be what runs write.
    return dirname(inside) === '.' && /\.(ya?ml)$|^package\.json$/.test(inside);
  };
  const watcher = watch([projectDir, ...config.files], {
    ignoreInitial: true,
    ignored: (file, stats) => {
      if (named.has(file) || file === projectDir) return false;
      if (SKIPPED.test(relative(projectDir, file))) return true;
      return stats?.isFile() === true && !matters(file);
    },
  });
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (event, file) => {
    if (event === 'addDir' || event === 'unlinkDir' || !matters(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => changed(relative(projectDir, file)), SETTLE_MS);
  });
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
