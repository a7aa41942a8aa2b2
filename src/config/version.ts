import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds mcpa's package.json: two above this file, in src as in dist. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** mcpa's own version. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string })
    .version;
}
