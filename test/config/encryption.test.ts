import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  collectSecrets,
  explainConfig,
  loadConfig,
  PayloadCodec,
  type WirePayload,
} from '../../dist/config/index.js';

const key = (fill: number, bytes = 32) => Buffer.alloc(bytes, fill);
const B64 = key(1).toString('base64');

function load(encryption: string, env: NodeJS.ProcessEnv = {}, files: Record<string, [string, number]> = {}) {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'mcpa-keys-')));
  writeFileSync(join(cwd, 'mcp_agent.config.yaml'), `temporal:\n  encryption: ${encryption}\n`);
  for (const [name, [text, mode]] of Object.entries(files)) {
    mkdirSync(join(cwd, 'keys'), { recursive: true });
    writeFileSync(join(cwd, name), text, { mode });
  }
  return loadConfig({ cwd, env, homeDir: join(cwd, 'no-home') });
}

describe('keys', () => {
  it.each([
    ['in base64', `{ keys: { k1: "${B64}" } }`, {}],
    ['in hexadecimal', `{ keys: { k1: "${key(1).toString('hex')}" } }`, {}],
    ['by a variable', '{ keys: { k1: "${KEY}" } }', { KEY: B64 }],
    ['by the environment alone', '{ }', { MCPA_ENCRYPTION_KEYS: `k1:${B64}` }],
    ['in a file', '{ keys: { k1: { file: keys/k1 } } }', {}],
  ])('%s', async (_, text, env) => {
    const { config } = await load(text, env, { 'keys/k1': [`${B64}\n`, 0o600] });
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('7') };
    const [sealed] = await new PayloadCodec(config).encode<WirePayload>([payload]);
    expect(Buffer.from(sealed!.metadata!['encryption-key-id']!).toString()).toBe('k1');
    const [opened] = await new PayloadCodec(config).decode([sealed!]);
    expect(Buffer.from(opened!.data!).toString()).toBe('7');
  });

  it.each<[string, string, NodeJS.ProcessEnv, RegExp]>([
    [
      'too short',
      `{ keys: { k1: "${key(1, 16).toString('base64')}" } }`,
      {},
      /keys\.k1: has 16 bytes; AES-256 wants 32 — `openssl/,
    ],
    ['no base64', '{ keys: { k1: "not a key!" } }', {}, /keys\.k1: is neither base64 nor 64 hex/],
    ['none', '{ enabled: true }', {}, /encryption: has no key — add one/],
    [
      'several, and none named',
      `{ keys: { k1: "${B64}", k2: "${B64}" } }`,
      {},
      /active_key: is not set, and there are 2 keys — name the one/,
    ],
    [
      'an unknown one named',
      `{ active_key: k9, keys: { k1: "${B64}" } }`,
      {},
      /active_key: there is no key k9 — name one of k1/,
    ],
    ['an id of other signs', `{ keys: { "a b": "${B64}" } }`, {}, /keys\.a b: is no key id/],
    [
      'a file that is not there',
      '{ keys: { k1: { file: none } } }',
      {},
      /keys\.k1\.file: can't read .*none \(ENOENT\)/,
    ],
    [
      'a file that others read',
      '{ keys: { k1: { file: keys/open } } }',
      {},
      /keys\.k1\.file: .* can be read by others — chmod 600/,
    ],
    [
      'an entry without an id',
      '{ }',
      { MCPA_ENCRYPTION_KEYS: `k1:${B64},oops` },
      /MCPA_ENCRYPTION_KEYS: entry 2 is not `id:key`/,
    ],
  ])('refused: %s', async (_, text, env, message) => {
    const files: Record<string, [string, number]> = { 'keys/open': [B64, 0o644] };
    const error = await load(text, env, files).then(
      () => expect.fail('loaded'),
      (thrown: { code: string; message: string }) => thrown,
    );
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain(B64.slice(0, 12));
    expect(error.message).not.toContain('oops');
  });

  const unset = (key: string, variable: string) =>
    new RegExp(`^[^\\n]*encryption\\.${key}: \\$\\{${variable}\\} is not set — [^\\n]*$`);
  it.each([
    ['the only one', '{ keys: { k1: "${K1}" } }', unset('keys\\.k1', 'K1')],
    [
      'the one that encrypts',
      `{ active_key: k1, keys: { k1: "\${K1}", k2: "${B64}" } }`,
      unset('keys\\.k1', 'K1'),
    ],
    ['its file', '{ keys: { k1: { file: "${F}" } } }', unset('keys\\.k1\\.file', 'F')],
    [
      'the name of the one that encrypts',
      `{ active_key: "\${A}", keys: { k1: "${B64}", k2: "${B64}" } }`,
      unset('active_key', 'A'),
    ],
  ])('whose variable is unset are reported as that alone: %s', async (_, text, message) => {
    await expect(load(text)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('are masked wherever they come from', async () => {
    const loaded = await load('{ active_key: k1 }', { MCPA_ENCRYPTION_KEYS: `k1:${B64}` });
    expect(collectSecrets(loaded.config)).toContain(B64);
    const rows = explainConfig(loaded);
    const row = rows.find((each) => each.key === 'temporal.encryption.keys.k1');
    expect(row).toMatchObject({ value: '********', origin: 'MCPA_ENCRYPTION_KEYS' });
    expect(JSON.stringify(rows)).not.toContain(B64);
  });

  it('that no longer encrypt still decrypt', async () => {
    const { config: on } = await load(`{ keys: { k1: "${B64}" } }`);
    const { config: off } = await load(`{ enabled: false, keys: { k1: "${B64}" } }`);
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('7') };
    const [sealed] = await new PayloadCodec(on).encode<WirePayload>([payload]);
    const [kept] = await new PayloadCodec(off).encode<WirePayload>([payload]);
    expect(kept).toBe(payload);
    expect(Buffer.from(new PayloadCodec(off).open(sealed!).data!).toString()).toBe('7');
  });

  it('no nonce is used twice, and a changed byte anywhere is noticed', async () => {
    const { config } = await load(`{ keys: { k1: "${B64}" } }`);
    const codec = new PayloadCodec(config);
    const payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"text"') };
    const sealed = await codec.encode<WirePayload>(Array.from({ length: 200 }, () => payload));
    const nonces = sealed.map(({ data }) => Buffer.from(data!.subarray(0, 12)).toString('hex'));
    expect(new Set(nonces).size).toBe(200);
    const { metadata, data } = sealed[0]!;
    for (let at = 0; at < data!.length; at++) {
      const changed = Buffer.from(data!);
      changed[at]! ^= 1;
      expect(() => codec.open({ metadata, data: changed })).toThrow(/changed since/);
    }
    for (const length of [0, 5, 12, 27])
      expect(() => codec.open({ metadata, data: data!.subarray(0, length) })).toThrow(/changed since/);
  });
});
