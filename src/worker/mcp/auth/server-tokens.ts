import type { AuthProvider, FetchLike } from '@modelcontextprotocol/client';
import type { McpServerConfig } from '../../../config/index.js';
import { type Login, LoginFile } from './login-file.js';
import { LoginWanted } from './login-wanted.js';
import { logInAsClient, renew } from './renew.js';
import type { TokensInUse } from './tokens-in-use.js';

/** A token with less time left than this, or than a tenth of its life, is replaced before it is sent. */
const EARLY_MS = 30_000;

/**
 * The tokens of one server for its connections. Read from the login's file for each request, so that a login and
 * another worker's refresh count at once; refreshed by one process at a time.
 */
export class ServerTokens implements AuthProvider {
  readonly #file: LoginFile;
  /** Which token an answer belongs to: another request may have brought a newer one meanwhile. */
  readonly #sentWith = new WeakMap<Response, string>();
  #renewing: Promise<Login> | undefined;

  constructor(
    readonly config: McpServerConfig,
    readonly inUse: TokensInUse,
    file = new LoginFile(config),
  ) {
    this.#file = file;
  }

  /** Whether a server's requests get tokens at all: what the config sends itself is never replaced. */
  static serve({ transport, url, headers, headers_from: from }: McpServerConfig): boolean {
    const given = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
    return transport !== 'stdio' && url !== undefined && !given && from === undefined;
  }

  async token(): Promise<string | undefined> {
    let login = await this.#file.read();
    if (login === undefined && this.#isOwn) login = await this.#renew(undefined);
    // One that can't be renewed is sent as it is: clocks differ, and the server decides.
    else if (login !== undefined && isDue(login) && this.#renewable(login))
      login = await this.#renewEarly(login);
    if (login === undefined) return undefined;
    this.inUse.add(login.accessToken);
    return login.accessToken;
  }

  async onUnauthorized({ response }: { response: Response }): Promise<void> {
    const refused = this.#sentWith.get(response);
    const login = await this.#file.read();
    if (login !== undefined && login.ended === undefined && login.accessToken !== refused) return;
    if (login === undefined && !this.#isOwn)
      throw new LoginWanted('there is none yet, nor an Authorization header');
    await this.#renew(refused);
  }

  /** A `fetch` that remembers which answer came to which token. */
  remembering(fetch: FetchLike): FetchLike {
    return async (url, init) => {
      const response = await fetch(url, init);
      const [, token] = /^Bearer (.+)$/i.exec(new Headers(init?.headers).get('authorization') ?? '') ?? [];
      if (token !== undefined) this.#sentWith.set(response, token);
      return response;
    };
  }

  get #isOwn(): boolean {
    return this.config.auth?.oauth?.grant === 'client_credentials';
  }

  #renewable({ refreshToken, ended }: Login): boolean {
    return ended === undefined && (this.#isOwn || refreshToken !== undefined);
  }

  /** What is good for some seconds more is not given up because the authorization server is down just now. */
  async #renewEarly(login: Login): Promise<Login> {
    try {
      return await this.#renew(login.accessToken);
    } catch (error) {
      if (Date.parse(login.expiresAt ?? '') <= Date.now()) throw error;
      return login;
    }
  }

  /** All who wait share one renewal; of several processes the later ones find the first one's. */
  #renew(refused: string | undefined): Promise<Login> {
    this.#renewing ??= this.#file
      .alone(async () => {
        const now = await this.#file.read();
        if (now !== undefined && now.ended === undefined && now.accessToken !== refused && !isDue(now))
          return now;
        return this.#renewed(now);
      })
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  async #renewed(now: Login | undefined): Promise<Login> {
    const sdk = await import('@modelcontextprotocol/client');
    const { url = '', auth } = this.config;
    if (now === undefined && !this.#isOwn)
      throw new LoginWanted('there is none yet, nor an Authorization header');
    if (now?.refreshToken !== undefined) this.inUse.add(now.refreshToken);
    try {
      const login =
        this.#isOwn || now === undefined
          ? await logInAsClient(sdk, url, auth?.oauth ?? {})
          : await renew(sdk, now, auth?.oauth);
      await this.#file.write(login);
      return login;
    } catch (error) {
      // The next worker need not ask again what was refused for good.
      if (error instanceof LoginWanted && now !== undefined && now.ended === undefined)
        await this.#file.write({ ...now, ended: error.message });
      throw error;
    }
  }
}

function isDue({ at, expiresAt }: Login): boolean {
  if (expiresAt === undefined) return false;
  const life = Date.parse(expiresAt) - Date.parse(at);
  return Date.parse(expiresAt) - Date.now() < Math.min(EARLY_MS, life / 10);
}
