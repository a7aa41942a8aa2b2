import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { McpaError } from '../../../core/index.js';
import { portError } from '../../listen/ports.js';
import { type GlobalFlags, loadSettings } from '../../settings.js';
import { note, onInterrupt, outputMode, printJson } from '../../terminal.js';
import { portOf } from './worker.js';

export interface CodecFlags extends GlobalFlags {
  port?: string;
  origin?: string[];
  tokenFile?: string;
}

const PORT = 8234;

/** Decrypts for the Web UI and for the `temporal` command, until Ctrl-C. */
export async function codecCommand(flags: CodecFlags): Promise<void> {
  const mode = outputMode();
  const port = portOf(flags.port, '--port', 0) ?? PORT;
  const origins = (flags.origin ?? []).map(originOf);
  const { config } = await loadSettings(flags);
  const { encryption, compression } = config.temporal;
  if (encryption === undefined && compression === undefined) {
    throw new McpaError('ENCRYPTION_KEY_MISSING', 'there is no key to decrypt with', {
      hint: 'set temporal.encryption.keys or MCPA_ENCRYPTION_KEYS as the workers have it',
    });
  }
  const token = flags.tokenFile === undefined ? undefined : tokenOf(flags.tokenFile);
  const { serveCodec } = await import('../../../client/index.js');
  const options = { config, port, origins, onError: (message: string) => note(mode, `error: ${message}`) };
  await using server = await serveCodec({ ...options, ...(token !== undefined && { token }) }).catch(
    (error: unknown) => {
      throw portError(error, port, '--port');
    },
  );
  const { url } = server;
  if (mode.json) {
    // A token that stands in a file is known to who may read it.
    const told = token === undefined ? { token: server.token } : {};
    printJson({ type: 'ready', url, origins: server.origins, ...told });
  } else {
    const shown = token === undefined ? server.token : `$(cat ${flags.tokenFile})`;
    note(mode, `ready ${url}`);
    note(mode, `Web UI, under "Codec Server": ${url}/${shown}`);
    note(mode, `temporal --codec-endpoint ${url} --codec-auth "Bearer ${shown}" …`);
    note(mode, `pages of ${server.origins.join(', ') || 'no origin (--origin)'} may ask`);
  }
  await new Promise<void>((resolve) => onInterrupt(() => resolve()));
}

function originOf(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text).origin : 'null';
  if (parsed !== 'null') return parsed;
  throw new McpaError('USAGE', `--origin: "${text}" is no origin`, {
    hint: 'the address of the Web UI, for example --origin https://ui.example.com',
  });
}

/** The token of a file that only its owner reads; one is made where there is no file. */
function tokenOf(file: string): string {
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
