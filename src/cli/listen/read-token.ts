import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { McpaError } from '../../core/index.js';

/** The token of a file that only its owner reads; one is made where there is no file. */
export function readToken(file: string): string {
  try {
    if ((statSync(file).mode & 0o077) !== 0) {
      throw new McpaError('PERMISSION', `--token-file: ${file} can be read by others`, {
        hint: `chmod 600 ${file}`,
      });
    }
    const token = readFileSync(file, 'utf8').trim();
    if (/^[\w.~-]{16,}$/.test(token)) return token;
    throw new McpaError('USAGE', `--token-file: ${file} holds no token`, {
      hint: 'sixteen letters, digits, `-`, `_`, `.` or more; or remove the file, and one is made',
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const token = randomBytes(24).toString('base64url');
    writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return token;
  }
}
