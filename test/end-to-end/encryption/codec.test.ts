import { webcrypto } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { shapes } from '../../json/index.mjs';
import { Browser } from '../browser.js';
import type { Command, Project } from '../project.js';
import { encryptedProject, newKey, PLAIN } from './project.js';

const key = newKey();
const id = `seen-${process.pid}`;
const ui = new URL(inject('engine').uiUrl).origin;
let project: Project;
let command: Command;
let server: { url: string; token?: string | undefined; origins: string[] };

beforeAll(async () => {
  project = await encryptedProject({ k1: key });
  await project.worker();
  command = project.mcpa(['codec', '--port', '0', '--origin', ui, '--json']);
  await command.output(/"ready"/);
  server = shapes.codec.parse(JSON.parse(command.stdout));
  const run = await project.mcpa(['run', 'BigWorkflow', PLAIN, '--id', id]).done;
  expect(run.status, run.stderr).toBe(0);
});
afterAll(() => project?.[Symbol.asyncDispose]());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const PAYLOAD = { metadata: { encoding: base64('json/plain') }, data: base64(JSON.stringify(PLAIN)) };

function post(what: string, body: string, headers: Record<string, string> = {}) {
  return fetch(`${server.url}${what}`, { method: 'POST', body, headers });
}
const authorized = (more: Record<string, string> = {}) => ({
  authorization: `Bearer ${server.token}`,
  ...more,
});

test("requests as Temporal's command makes them: encode, then decode, gives the same payloads", async () => {
  const headers = authorized({ 'content-type': 'application/json', 'x-namespace': 'default' });
  const encoded = await post('/encode', JSON.stringify({ payloads: [PAYLOAD, PAYLOAD] }), headers);
  const { payloads } = (await encoded.json()) as { payloads: Array<typeof PAYLOAD> };
  expect(payloads[0]?.metadata.encoding).toBe(base64('binary/encrypted'));
  expect(payloads[0]?.data).not.toBe(payloads[1]?.data);
  const decoded = await post('/decode', JSON.stringify({ payloads: [...payloads, PAYLOAD] }), headers);
  expect(await decoded.json()).toEqual({ payloads: [PAYLOAD, PAYLOAD, PAYLOAD] });
});

test("what it makes, code like that of Temporal's samples reads: nonce, ciphertext and tag, the payload within", async () => {
  const encoded = await post('/encode', JSON.stringify({ payloads: [PAYLOAD] }), authorized());
  const { payloads } = (await encoded.json()) as {
    payloads: [{ metadata: Record<string, string>; data: string }];
  };
  expect(payloads[0].metadata['encryption-key-id']).toBe(base64('k1'));
  const data = Buffer.from(payloads[0].data, 'base64');
  const raw = Buffer.from(key, 'base64');
  const secret = await webcrypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
  const opened = await webcrypto.subtle.decrypt(
    { name: 'AES-GCM', iv: data.subarray(0, 12) },
    secret,
    data.subarray(12),
  );
  const { temporal } = (await import('@temporalio/proto')).default;
  const payload = temporal.api.common.v1.Payload.decode(new Uint8Array(opened));
  expect(Buffer.from(payload.data).toString()).toBe(JSON.stringify(PLAIN));
  expect(Buffer.from(payload.metadata.encoding!).toString()).toBe('json/plain');
});

test.each<[string, number, () => Promise<Response>]>([
  ['no token', 401, () => post('/decode', '{}')],
  ['a wrong token', 401, () => post('/decode', '{}', { authorization: 'Bearer wrong' })],
  ['a wrong token in the path', 401, () => post('/wrong/decode', '{}')],
  [
    'a page of an unknown origin',
    403,
    () => post('/decode', '{}', authorized({ origin: 'https://evil.example' })),
  ],
  ['another path', 404, () => post('/other', '{}', authorized())],
  ['a GET', 405, () => fetch(`${server.url}/decode`, { headers: authorized() })],
  ['text that is no JSON', 400, () => post('/decode', 'no', authorized())],
  ['payloads that are none', 400, () => post('/decode', '{"payloads":[{"data":7}]}', authorized())],
  ['a body beyond the limit', 413, () => post('/decode', 'x'.repeat(65 * 1024 * 1024), authorized())],
])('refused: %s', async (_, status, request) => {
  const response = await request();
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.any(String) });
});

test('a payload whose key it lacks says so in its place', async () => {
  const metadata = { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('k9') };
  const response = await post(
    '/decode',
    JSON.stringify({ payloads: [{ metadata, data: 'AAAA' }, PAYLOAD] }),
    authorized(),
  );
  const { payloads } = (await response.json()) as { payloads: Array<{ data: string }> };
  const [said, kept] = payloads.map(({ data }) => Buffer.from(data, 'base64').toString());
  expect(said).toContain('encrypted with key id \\"k9\\"; this codec has only k1');
  expect(kept).toBe(JSON.stringify(PLAIN));
});

test('it listens on this machine alone', () => {
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
});

test('a token file is made for its owner alone, used again, and refused when others can read it', async () => {
  const file = join(project.dir, 'codec.token');
  const started = async () => {
    const codec = project.mcpa(['codec', '--port', '0', '--token-file', file]);
    const [, url] = await codec.output(/ready (\S+)/);
    await codec.output(/may ask/);
    return { codec, url: url! };
  };
  const first = await started();
  const token = readFileSync(file, 'utf8').trim();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(first.codec.stderr).not.toContain(token);
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${first.url}/decode`, { method: 'POST', body: '{"payloads":[]}', headers });
  expect(await answer.json()).toEqual({ payloads: [] });
  expect((await first.codec.stop('SIGINT')).status).toBe(0);
  chmodSync(file, 0o644);
  const open = await project.mcpa(['codec', '--token-file', file]).done;
  expect(open.status).toBe(3);
  expect(open.stderr).toContain('chmod 600');
});

test('without a key there is nothing to serve', async () => {
  const { MCPA_ENCRYPTION_KEYS: _, ...env } = project.env;
  const { status, stderr } = await project.mcpa(['codec'], project.dir, env).done;
  expect(status).toBe(3);
  expect(stderr).toContain('MCPA_ENCRYPTION_KEYS');
});

test('the Web UI shows an encrypted run with it, and without it does not', async () => {
  const browser = await Browser.open();
  try {
    const page = `${ui}/namespaces/default/workflows/${id}`;
    await browser.goto(page);
    await expect.poll(() => browser.text(), { timeout: 30_000 }).toContain('BigWorkflow');
    expect(await browser.text()).not.toContain(PLAIN);
    await browser.run(
      'localStorage.setItem("endpoint", JSON.stringify(arguments[0]))',
      `${server.url}/${server.token}`,
    );
    await browser.goto(page);
    await expect.poll(() => browser.text(), { timeout: 30_000 }).toContain(PLAIN);
  } finally {
    await browser.close();
  }
});
