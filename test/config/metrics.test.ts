import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { otlpMetrics } from '../../src/config/index.js';
import { Project } from '../end-to-end/project.js';

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** The messages are protobuf; names stand in them as they are. */
async function receiver(kind: 'http' | 'grpc') {
  const received: Received[] = [];
  const take = (
    path: string,
    headers: IncomingHttpHeaders,
    body: AsyncIterable<Buffer>,
    answer: () => void,
  ) =>
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk);
      received.push({ path, headers, body: Buffer.concat(chunks).toString('latin1') });
      answer();
    })().catch(() => {});
  if (kind === 'http') {
    const server = createServer((request, response) =>
      take(request.url!, request.headers, request, () => response.end()),
    );
    return { received, port: await listen(server) };
  }
  const server = createHttp2Server();
  server.on('stream', (stream, headers) =>
    take(String(headers[':path']), headers, stream, () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.alloc(5));
    }),
  );
  return { received, port: await listen(server) };
}

describe('otel.enabled sends the metrics of the worker', () => {
  test.each([
    ['http', 'http', '/v1/metrics'],
    ['grpc', 'grpc', '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'],
  ] as const)('by %s, with headers and the name of the service', async (kind, scheme, path) => {
    const { received, port } = await receiver(kind);
    await using project = await Project.create('basic', 'basic');
    const otel = `{ enabled: true, endpoint: "${scheme}://127.0.0.1:${port}", headers: { x-team: blue }, service_name: night-shift }`;
    project.write('mcp_agent.config.yaml', `${project.read('mcp_agent.config.yaml')}\notel: ${otel}\n`);
    const worker = await project.worker();
    const polls = () => received.find(({ body }) => body.includes('temporal_num_pollers'));
    await expect.poll(polls, { timeout: 20_000 }).toMatchObject({
      path,
      headers: { 'x-team': 'blue' },
      body: expect.stringContaining('night-shift'),
    });
    expect((await worker.stop()).stderr).not.toMatch(/warning/);
  });

  test('to the endpoint that the environment names', async () => {
    const { received, port } = await receiver('http');
    await using project = await Project.create('basic', 'basic');
    project.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
    project.write(
      'mcp_agent.config.yaml',
      `${project.read('mcp_agent.config.yaml')}\notel: { enabled: true }\n`,
    );
    await project.worker();
    await expect.poll(() => received[0]?.path, { timeout: 20_000 }).toBe('/v1/metrics');
  });
});

test.each([
  [undefined, 'http://localhost:4318/v1/metrics', true],
  ['https://otlp.example.com/tenant/', 'https://otlp.example.com/tenant/v1/metrics', true],
  ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/metrics', true],
  ['http://localhost:4317', 'http://localhost:4317', false],
  ['grpcs://otlp.example.com:443', 'grpcs://otlp.example.com:443', false],
])('endpoint %s: %s', (endpoint, url, http) => {
  const otel = { enabled: true, ...(endpoint === undefined ? {} : { endpoint }) };
  expect(otlpMetrics({ otel })?.otel).toEqual({ url, http });
  expect(otlpMetrics({ otel: { ...otel, enabled: false } })).toBeUndefined();
});
