import { connect, createSecureServer, createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface EngineProxy extends AsyncDisposable {
  address: string;
  /** Of each gRPC call, in order; `:path` names the method. */
  requests: IncomingHttpHeaders[];
}

export interface ProxyTls {
  key: string;
  cert: string;
  /** Clients must show a certificate of this authority. */
  ca: string;
}

/** What a gRPC call gets instead of the engine's answer. */
export interface Refusal {
  status: number;
  message: string;
}

export interface EngineProxyOptions {
  tls?: ProxyTls;
  /** Asked with the path of each call and the number of calls of that path before it. */
  refuse?: (path: string, before: number) => Refusal | undefined;
}

/** Stands before the engine, in plain text or as the end of TLS, and notes the headers of what passes. */
export async function startEngineProxy(
  engine: string,
  { tls, refuse }: EngineProxyOptions = {},
): Promise<EngineProxy> {
  const requests: IncomingHttpHeaders[] = [];
  const upstream = connect(`http://${engine}`);
  const server = tls
    ? createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true })
    : createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    const path = headers[':path'] ?? '';
    const refusal = refuse?.(path, requests.filter((one) => one[':path'] === path).length);
    requests.push(headers);
    if (refusal) {
      stream.on('error', () => undefined);
      stream.resume().respond(
        {
          ':status': 200,
          'content-type': 'application/grpc',
          'grpc-status': refusal.status,
          'grpc-message': encodeURIComponent(refusal.message),
        },
        { endStream: true },
      );
      return;
    }
    const call = upstream.request(headers);
    let trailers: IncomingHttpHeaders = {};
    call.on('response', (answer, flags) => {
      // An error without a body has its trailers in the headers.
      const alone = (flags & 1) !== 0;
      if (!stream.destroyed) stream.respond(answer, { waitForTrailers: !alone, endStream: alone });
    });
    call.on('trailers', (last) => {
      trailers = last;
    });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.on('error', () => undefined);
    call.on('error', () => stream.destroy());
    stream.on('close', () => call.close());
    stream.pipe(call).pipe(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
