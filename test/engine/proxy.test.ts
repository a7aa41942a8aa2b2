import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createWeb } from '../../src/engine/fetch/web.js';

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Tunnels, as every proxy does for HTTPS, wherever it is asked to: to `target`. */
async function proxyTo(target: string) {
  const asked: Array<{ to: string; auth?: string }> = [];
  const server = createServer();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const auth = request.headers['proxy-authorization'];
    asked.push({ to: request.url!, ...(auth ? { auth } : {}) });
    const { hostname, port } = new URL(target);
    const through = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(through).pipe(socket);
    });
    sockets.add(through);
    for (const side of [socket, through]) side.on('error', () => {});
  });
  return { asked, url: await listen(server) };
}

const site = () => listen(createServer((request, response) => response.end(`page ${request.url}`)));

async function get(url: string, env: NodeJS.ProcessEnv): Promise<string> {
  await using web = await createWeb(env);
  return (await web.open(url)).text();
}

describe('a download', () => {
  test('goes through the proxy of HTTP_PROXY, in either spelling and with its password', async () => {
    const proxy = await proxyTo(await site());
    const withPassword = proxy.url.replace('//', '//me:secret@');
    expect(await get('http://releases.invalid/a', { HTTP_PROXY: withPassword })).toBe('page /a');
    expect(await get('http://releases.invalid/b', { http_proxy: proxy.url })).toBe('page /b');
    expect(proxy.asked).toEqual([
      { to: 'releases.invalid:80', auth: `Basic ${Buffer.from('me:secret').toString('base64')}` },
      { to: 'releases.invalid:80' },
    ]);
  });

  test('asks the proxy of HTTPS_PROXY for a tunnel to an https address', async () => {
    const proxy = await proxyTo(await site());
    // What answers at the end of the tunnel speaks no TLS: that the tunnel was asked for is the point.
    await expect(
      get('https://releases.invalid/c', { HTTPS_PROXY: proxy.url, HTTP_PROXY: 'http://127.0.0.1:1' }),
    ).rejects.toThrow('https://releases.invalid/c');
    expect(proxy.asked).toEqual([{ to: 'releases.invalid:443' }]);
  });

  test('goes straight where NO_PROXY says so, and where no proxy is named', async () => {
    const address = await site();
    const dead = 'http://127.0.0.1:1';
    await expect(get(`${address}/d`, { HTTP_PROXY: dead })).rejects.toThrow(`${address}/d`);
    expect(await get(`${address}/d`, { HTTP_PROXY: dead, NO_PROXY: 'other.invalid,127.0.0.1' })).toBe(
      'page /d',
    );
    expect(await get(`${address}/e`, {})).toBe('page /e');
  });

  test('names the variable when it holds no address', async () => {
    await expect(get('https://releases.invalid/', { HTTPS_PROXY: 'not an address' })).rejects.toThrow(
      /HTTPS_PROXY/,
    );
  });
});
