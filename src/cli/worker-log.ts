import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Config, collectSecrets, createMasker } from '../config/index.js';
import { printable } from './render/width.js';

type Level = Config['logger']['level'];
const RANK: Record<Level, number> = { debug: 0, info: 1, warning: 2, error: 3 };

/** The worker's log as `logger` in the config says: level, format, and a file beside the terminal; secrets masked. */
export function workerLog(config: Config, print: (line: string) => void, verbose: boolean) {
  const { level, format, path } = config.logger;
  const least = verbose ? 0 : RANK[level];
  const mask = createMasker(collectSecrets(config));
  const file =
    path === undefined ? undefined : createWriteStream(resolve(config.projectDir, path), { flags: 'a' });
  // A log file that can't be written must not end the worker.
  file?.on('error', (error) => print(`warning: logger.path: ${error.message}`));
  return (entry: Level, message: string, fields?: object): void => {
    if (RANK[entry] < least) return;
    const json = JSON.stringify({ time: new Date().toISOString(), level: entry, message, ...fields });
    // What servers print is often coloured, and must not steer the terminal.
    const text = () => printable(stripVTControlCharacters(`${entry}: ${message}`));
    const line = mask(format === 'json' ? json : text());
    print(line);
    file?.write(`${mask(json)}\n`);
  };
}
