import { McpaError } from '../../../core/index.js';
import { portError } from '../../listen/ports.js';
import { readToken } from '../../listen/read-token.js';
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
  const token = flags.tokenFile === undefined ? undefined : readToken(flags.tokenFile);
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
