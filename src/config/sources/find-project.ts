import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, parse, resolve, sep } from 'node:path';
import { cosmiconfigSync } from 'cosmiconfig';

const names = (kind: string) =>
  ['mcp_agent', 'mcp-agent'].flatMap((stem) => ['yaml', 'yml'].map((ext) => `${stem}.${kind}.${ext}`));
const CONFIG_NAMES = names('config');
const SECRETS_NAMES = names('secrets');
const HIDDEN = '.mcp-agent';

/** The config file that belongs to a folder: in it, above it, or in the home folder's `.mcp-agent`. */
export function findProject(cwd: string, homeDir: string = homedir()): string | undefined {
  const start = resolve(cwd);
  const raw = (_path: string, text: string) => text;
  const explorer = cosmiconfigSync('mcpa', {
    searchPlaces: [...CONFIG_NAMES, ...CONFIG_NAMES.map((name) => `${HIDDEN}/${name}`)],
    searchStrategy: 'global',
    stopDir: parse(start).root,
    ignoreEmptySearchPlaces: false,
    cache: false,
    loaders: { '.yaml': raw, '.yml': raw },
  });
  const found = explorer.search(start)?.filepath;
  if (found !== undefined && isAbove(projectOf(found), start)) return found;
  return CONFIG_NAMES.map((name) => join(homeDir, HIDDEN, name)).find((path) => existsSync(path));
}

/** cosmiconfig goes on to its own global folder, which is no place of mcpa's. */
function isAbove(folder: string, start: string): boolean {
  return start === folder || start.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function projectOf(configFile: string): string {
  const folder = dirname(configFile);
  return basename(folder) === HIDDEN ? dirname(folder) : folder;
}

/** The project of a config file; the user's own file in the home folder serves any working folder. */
export function projectDirOf(configFile: string, cwd: string, homeDir: string = homedir()): string {
  return dirname(configFile) === join(homeDir, HIDDEN) ? resolve(cwd) : projectOf(configFile);
}

export function findSecrets(configFile: string): string | undefined {
  const project = projectOf(configFile);
  const folders = [...new Set([dirname(configFile), project, join(project, HIDDEN)])];
  return folders
    .flatMap((dir) => SECRETS_NAMES.map((name) => join(dir, name)))
    .find((path) => existsSync(path));
}
