import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OAuthClientInformationMixed } from '@modelcontextprotocol/client';
import { dataFolder, type McpServerConfig, withLock } from '../../../config/index.js';

/** What a login brought; the client's own secret stands here only when the server gave it with the registration. */
export interface Login {
  url: string;
  /** Whose tokens these are: they go to no other issuer. */
  issuer: string;
  client: OAuthClientInformationMixed;
  /** The registered redirect, to be used again. */
  redirect?: string;
  accessToken: string;
  refreshToken?: string;
  scope?: string;
  /** The resource that the tokens are for, as the server names it. */
  resource?: string;
  /** ISO 8601. */
  at: string;
  /** ISO 8601; absent: the server didn't say. */
  expiresAt?: string;
  /** Why the tokens are of no more use: a person has to log in again. */
  ended?: string;
}

/**
 * A login on disk, outside of every project so that nobody commits it: one file for a server's address, the issuer
 * that the config wants and the client that it names, readable by the user alone.
 */
export class LoginFile {
  readonly path: string;

  constructor({ url = '', auth }: Pick<McpServerConfig, 'url' | 'auth'>, env?: NodeJS.ProcessEnv) {
    const { client_id: client, authorization_server: issuer, grant } = auth?.oauth ?? {};
    const identity = JSON.stringify([new URL(url).href, issuer ?? '', client ?? '', grant ?? '']);
    const name = createHash('sha256').update(identity).digest('hex').slice(0, 32);
    this.path = join(dataFolder(env), 'mcp-logins', `${name}.json`);
  }

  async read(): Promise<Login | undefined> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      const login = JSON.parse(text) as Partial<Login>;
      return typeof login.accessToken === 'string' && typeof login.issuer === 'string'
        ? (login as Login)
        : undefined;
    } catch {
      // Damaged: as good as none, and the next login replaces it.
      return undefined;
    }
  }

  /** By rename: a reader sees the old login or the new one, never half of one. */
  async write(login: Login): Promise<void> {
    await this.#makeFolder();
    const temporary = `${this.path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      await writeFile(temporary, `${JSON.stringify(login, null, 2)}\n`, {
        mode: 0o600,
        flag: 'wx',
        flush: true,
      });
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** One process at a time: of two that used one refresh token the server would revoke both. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.#makeFolder();
    return withLock(`${this.path}.lock`, work);
  }

  async #makeFolder(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
  }
}
