import { dirname, extname, relative, sep } from 'node:path';
import { agentRoots, type Config } from '../../config/index.js';

const SOURCES = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);
const SKIPPED = /(^|[\\/])(node_modules|dist|coverage|test|tests|\.[^\\/]+)([\\/]|$)/;
/** Never the project's own, whatever a search path covers. */
const FOREIGN = /(^|[\\/])(node_modules|\.git|\.mcpa)([\\/]|$)/;
const AGENT_FILE = /\.(ya?ml|json|md)$/;
/** One save of an editor is several events. */
const SETTLE_MS = 120;

/** Calls back, once for each burst, when a source, a config file, the model's script or an agent's file of the project changes. */
export async function watchProject(
  config: Config,
  changed: (file: string) => void,
): Promise<AsyncDisposable> {
  const { watch } = await import('chokidar');
  const { projectDir } = config;
  const { script } = config.scripted;
  // Wherever it stands: deeper YAML is looked at by name alone.
  const named = new Set([...config.files, ...(script === undefined ? [] : [script])]);
  const agents = agentRoots(config);
  const ofAgent = (file: string) =>
    agents.some((root) => file === root || file.startsWith(root + sep)) &&
    !FOREIGN.test(relative(projectDir, file));
  const matters = (file: string) => {
    if (named.has(file) || (ofAgent(file) && AGENT_FILE.test(file))) return true;
    const inside = relative(projectDir, file);
    if (SOURCES.has(extname(file))) return true;
    // Config and script files stand at the top; deeper YAML and JSON may be what runs write.
    return dirname(inside) === '.' && /\.(ya?ml)$|^package\.json$/.test(inside);
  };
  const watcher = watch(
    [projectDir, ...named, ...agents.filter((root) => !root.startsWith(projectDir + sep))],
    {
      ignoreInitial: true,
      ignored: (file, stats) => {
        if (named.has(file) || file === projectDir) return false;
        // Their folders have hidden names, and may come to be while we watch.
        if (agents.some((root) => root.startsWith(file + sep))) return false;
        if (ofAgent(file)) return stats?.isFile() === true && !matters(file);
        if (SKIPPED.test(relative(projectDir, file))) return true;
        return stats?.isFile() === true && !matters(file);
      },
    },
  );
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
