import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The key that signs what clients bring back: in a file that only its owner reads, so that another process goes on where
 * one was killed. Where it can't be written, a key of this process: open questions are then asked again.
 */
export function stateKeyOf(projectDir: string, onWarning: (message: string) => void): Uint8Array {
  const file = join(projectDir, '.mcpa', 'serve-key');
  try {
    mkdirSync(dirname(file), { recursive: true });
    const made = randomBytes(32).toString('base64url');
    try {
      writeFileSync(file, made, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const key = readFileSync(file, 'utf8').trim();
    if (key.length >= 43) return createHash('sha256').update(key).digest();
    onWarning(`${file} holds no key: remove it, and one is made`);
  } catch (error) {
    onWarning(
      `${file} can't be kept (${(error as Error).message}): a client's answer needs this very process`,
    );
  }
  return randomBytes(32);
}
