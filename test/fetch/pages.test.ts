import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FetchClient, Site } from './site.js';

const PAGE = `<!doctype html><html><head><title>Tea &amp; co</title><style>p{}</style></head>
<body><script>bad()</script><h2>Green</h2><p>Steep it <a href="/how">so</a>.</p></body></html>`;
const long = `${'a'.repeat(9)}😀${'b'.repeat(20)}`;
let site: Site;
let server: FetchClient;
let agent: string | undefined;

beforeAll(async () => {
  site = await Site.start((request, response) => {
    agent = request.headers['user-agent'];
    const send = (type: string, body: string | Buffer, headers = {}) =>
      response.writeHead(200, { 'content-type': type, ...headers }).end(body);
    const hop = Number(request.url?.match(/^\/hop(\d+)$/)?.[1] ?? 0);
    if (hop > 0) response.writeHead(302, { location: hop === 1 ? '/page' : `/hop${hop - 1}` }).end();
    else if (request.url === '/page') send('text/html; charset=utf-8', PAGE);
    else if (request.url === '/latin') send('text/plain; charset=iso-8859-1', Buffer.from([0x63, 0xe9]));
    else if (request.url === '/json') send('application/json', '{"a":1}');
    else if (request.url === '/gzip')
      send('text/plain', gzipSync('unpacked'), { 'content-encoding': 'gzip' });
    else if (request.url === '/bomb')
      send('text/plain', gzipSync(Buffer.alloc(6_000_000, 97)), { 'content-encoding': 'gzip' });
    else if (request.url === '/big') send('text/plain', Buffer.alloc(6_000_000, 97));
    else if (request.url === '/endless') {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => response.write(Buffer.alloc(65_536, 97), (error) => error ?? more());
      more();
    } else if (request.url === '/image') send('image/png', Buffer.from([0x89, 0]));
    else if (request.url === '/long') send('text/plain', long);
    else if (request.url === '/slow') response.writeHead(200, { 'content-type': 'text/plain' }).write('part');
    else if (request.url === '/hostile') send('text/html', `<pre>a${'\n '.repeat(2_000_000)}b</pre>`);
    else if (request.url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    else response.writeHead(404).end('nothing here');
  });
  server = await FetchClient.start({ MCPA_FETCH_ALLOW_PRIVATE: site.host, MCPA_FETCH_TIMEOUT_SECONDS: '4' });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

test('the tool is listed as reading only, with its title', async () => {
  const { tools } = await server.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['fetch']);
  expect(tools[0]).toMatchObject({ title: 'Fetch a web page', annotations: { readOnlyHint: true } });
  expect(tools[0]?.inputSchema.required).toEqual(['url']);
});

test('HTML becomes Markdown, raw leaves it; the server says who it is', async () => {
  expect(await server.fetch({ url: site.url('/page') })).toEqual({
    text: '# Tea & co\n\n## Green\n\nSteep it [so](/how).',
    isError: false,
  });
  expect(agent).toMatch(/^mcpa-fetch\/\d/);
  expect((await server.fetch({ url: site.url('/page'), raw: true })).text).toBe(PAGE);
});

test.each([
  ['/latin', 'cé'],
  ['/json', '{"a":1}'],
  ['/gzip', 'unpacked'],
])('%s is read as text', async (path, text) => {
  expect(await server.fetch({ url: site.url(path) })).toEqual({ text, isError: false });
});

test('a long page comes in parts, no character is cut in two', async () => {
  const first = await server.fetch({ url: site.url('/long'), max_length: 10 });
  expect(first.text).toMatch(/^a{9}😀\n\n\[Cut: characters 0 to 11 of 31\. .*start_index 11 /);
  const rest = await server.fetch({ url: site.url('/long'), start_index: 11 });
  expect(rest.text).toBe('b'.repeat(20));
  const past = await server.fetch({ url: site.url('/long'), start_index: 31 });
  expect(past).toMatchObject({ isError: true, text: expect.stringContaining('past the end') });
});

test('five redirects are followed, six are not', async () => {
  expect((await server.fetch({ url: site.url('/hop5') })).text).toContain('Green');
  expect(await server.fetch({ url: site.url('/hop6') })).toMatchObject({
    isError: true,
    text: expect.stringContaining('more than 5 redirects'),
  });
});

test.each([
  ['/big', 'larger than 5 MB'],
  ['/bomb', 'larger than 5 MB'],
  ['/endless', 'larger than 5 MB'],
  ['/image', 'the content is image/png, not text'],
  ['/missing', 'HTTP 404 Not Found'],
  ['/slow', 'timed out after 4 s'],
  ['/hostile', 'timed out after 4 s'],
  ['/file', 'redirected to file: URL'],
])('%s is an error with its reason: %s', async (path, reason) => {
  const answer = await server.fetch({ url: site.url(path) });
  expect(answer).toEqual({ isError: true, text: expect.stringContaining(reason) });
});

test.each(['file:///etc/passwd', 'ftp://example.com/', 'no url', 'http://127.0.0.1:1/'])(
  '%s is refused',
  async (url) => {
    expect((await server.fetch({ url })).isError).toBe(true);
  },
);
