import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPublic } from '../../src/fetch/address.js';
import { readSettings } from '../../src/fetch/settings.js';
import { bin, FetchClient, Site } from './site.js';

let secret: Site;
let open: Site;
let server: FetchClient;
let hits = 0;

beforeAll(async () => {
  secret = await Site.start((_, response) => {
    hits++;
    response.writeHead(200, { 'content-type': 'text/plain' }).end('secret');
  });
  open = await Site.start((request, response) => {
    const to = decodeURIComponent(request.url?.slice(1) ?? '');
    response
      .writeHead(to ? 307 : 200, { 'content-type': 'text/plain', ...(to ? { location: to } : {}) })
      .end('open');
  });
  server = await FetchClient.start({ MCPA_FETCH_ALLOW_PRIVATE: `example.test, ${open.host}` });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await secret?.[Symbol.asyncDispose]();
  await open?.[Symbol.asyncDispose]();
});

const spellings = [
  '127.0.0.1',
  'localhost',
  'localhost.',
  '2130706433',
  '0x7f.1',
  '[::ffff:127.0.0.1]',
  '[::1]',
  '0',
];

test.each(spellings)('%s is refused, directly and behind a redirect', async (host) => {
  const url = `http://${host}:${secret.port}/`;
  for (const address of [url, open.url(`/${encodeURIComponent(url)}`)]) {
    const answer = await server.fetch({ url: address });
    expect(answer).toEqual({ isError: true, text: expect.stringMatching(/refused: .*private|no such host/) });
  }
  expect(hits).toBe(0);
});

test('the metadata address is refused', async () => {
  const answer = await server.fetch({ url: 'http://169.254.169.254/latest/meta-data/' });
  expect(answer).toEqual({ isError: true, text: expect.stringContaining('169.254.169.254 is a private') });
});

test('what is allowed is fetched; * allows everything', async () => {
  expect((await server.fetch({ url: open.url() })).text).toBe('open');
  await using all = await FetchClient.start({ MCPA_FETCH_ALLOW_PRIVATE: '*' });
  expect((await all.fetch({ url: `http://localhost:${secret.port}/` })).text).toBe('secret');
});

test.each([
  ['8.8.8.8', true],
  ['2606:4700::1111', true],
  ['::ffff:8.8.8.8', true],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['::ffff:a9fe:a9fe', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fd00:ec2::254', false],
  ['64:ff9b::a00:1', false],
  ['2002:7f00:1::', false],
  ['::', false],
  ['what', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('entries are hosts with or without a port', () => {
  const { mayBePrivate } = readSettings({
    MCPA_FETCH_ALLOW_PRIVATE: 'Wiki.local, ::1, [fd00::1]:8080,10.0.0.1:80',
  });
  const may = (url: string) => mayBePrivate(new URL(url));
  expect(['http://wiki.local/', 'https://wiki.local:8443/', 'http://[::1]:9/'].every(may)).toBe(true);
  expect(['http://[fd00::1]:8080/', 'http://10.0.0.1/'].every(may)).toBe(true);
  expect(['http://[fd00::1]/', 'https://10.0.0.1/', 'http://x.wiki.local/'].some(may)).toBe(false);
});

test.each([
  { MCPA_FETCH_ALLOW_PRIVATE: 'http://wiki' },
  { MCPA_FETCH_TIMEOUT_SECONDS: 'soon' },
  { MCPA_FETCH_TIMEOUT_SECONDS: '0' },
])('a setting that makes no sense ends the server with its name: %o', (env) => {
  const { status, stderr } = spawnSync(process.execPath, [bin], { env, encoding: 'utf8', input: '' });
  expect(stderr).toContain(Object.keys(env)[0]);
  expect(status).toBe(2);
});
