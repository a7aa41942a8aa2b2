import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MergedConfig } from '../defaults.js';
import { invalidConfig } from '../problems.js';
import type { Finding } from '../schema/validate.js';
import type { Key } from './encryption.js';

type Encryption = NonNullable<NonNullable<MergedConfig['temporal']>['encryption']>;

export interface Keys {
  keys: Map<string, Uint8Array>;
  /** What encrypts; absent: nothing does. */
  active: Key | undefined;
}

const KEY_BYTES = 32;
const ID = /^[A-Za-z0-9][\w.-]{0,63}$/;
const HOW = '`openssl rand -base64 32` makes a key';

/** The keys of a config; throws `CONFIG_INVALID` with all that is wrong with them. */
export function readKeys(encryption: Encryption | undefined, projectDir: string): Keys {
  const { findings, keys, active } = examine(encryption, projectDir);
  if (findings.length > 0)
    throw invalidConfig(findings.map(({ path, problem, fix }) => ({ key: path.join('.'), problem, fix })));
  return { keys, active };
}

/** What is wrong with the keys, for `config check`; no message holds any of a key. `unset`: ids whose variable is. */
export function checkKeys(
  encryption: Encryption | undefined,
  projectDir: string,
  unset: readonly string[],
): Finding[] {
  return examine(encryption, projectDir, unset).findings;
}

function examine(
  encryption: Encryption | undefined,
  projectDir: string,
  unset: readonly string[] = [],
): Keys & { findings: Finding[] } {
  const keys = new Map<string, Uint8Array>();
  const findings: Finding[] = [];
  const report = (path: string[], problem: string, fix: string) =>
    findings.push({ path: ['temporal', 'encryption', ...path], problem, fix });
  if (encryption === undefined) return { keys, active: undefined, findings };
  const given = Object.entries(encryption.keys ?? {});
  // A key whose variable is unset is reported as that alone.
  const names = [...new Set([...given.map(([id]) => id), ...unset])];
  if (names.length === 0) report([], 'has no key', `add one under \`keys\`: ${HOW}`);
  for (const [id, source] of given) {
    if (!ID.test(id)) report(['keys', id], 'is no key id', 'use letters, digits, `.`, `_` and `-`, up to 64');
    const read =
      typeof source === 'string' ? { text: source } : readKeyFile(resolve(projectDir, source.file));
    const parsed = 'text' in read ? parseKey(read.text) : read;
    if ('bytes' in parsed) keys.set(id, parsed.bytes);
    else report(typeof source === 'string' ? ['keys', id] : ['keys', id, 'file'], parsed.problem, parsed.fix);
  }
  const named = encryption.active_key;
  const id = named ?? (names.length === 1 ? names[0] : undefined);
  if (named !== undefined && !names.includes(named))
    report(['active_key'], `there is no key ${named}`, `name one of ${names.join(', ') || 'the keys'}`);
  else if (id === undefined && names.length > 1 && encryption.enabled !== false)
    report(
      ['active_key'],
      `is not set, and there are ${names.length} keys`,
      `name the one that encrypts: ${names.join(', ')}`,
    );
  const bytes = id === undefined ? undefined : keys.get(id);
  const active = encryption.enabled === false || bytes === undefined ? undefined : { id: id!, bytes };
  return { keys, active, findings };
}

type Parsed = { bytes: Uint8Array } | { problem: string; fix: string };

/** 32 bytes, in base64 or as 64 hexadecimal digits. */
function parseKey(given: string): Parsed {
  const text = given.trim();
  const hex = /^[0-9a-f]{64}$/i.test(text);
  if (!hex && !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text))
    return { problem: 'is neither base64 nor 64 hexadecimal digits', fix: HOW };
  const bytes = Buffer.from(text, hex ? 'hex' : 'base64');
  if (bytes.length === KEY_BYTES) return { bytes };
  return { problem: `has ${bytes.length} bytes; AES-256 wants ${KEY_BYTES}`, fix: HOW };
}

function readKeyFile(file: string): { text: string } | { problem: string; fix: string } {
  try {
    const open = statSync(file).mode & 0o077;
    if (open !== 0) return { problem: `${file} can be read by others`, fix: `chmod 600 ${file}` };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return {
      problem: `can't read ${file} (${code})`,
      fix: `put the key there, readable by you alone: ${HOW}`,
    };
  }
}
