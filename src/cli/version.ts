import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder that holds mcpa's package.json: dist/cli is two below it. */
export const PACKAGE_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function packageVersion(): string {
  return (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
}
