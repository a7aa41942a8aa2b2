import { afterAll, beforeAll, expect, test } from 'vitest';
import { Certificates } from './certificates.js';
import { type EngineProxy, startEngineProxy } from './engine-proxy.js';
import { Project } from './project.js';

let project: Project;
let plain: EngineProxy;
let secure: EngineProxy;
let certificates: Certificates;
let ca: string;
let client: { cert: string; key: string };

beforeAll(async () => {
  project = await Project.create();
  certificates = new Certificates(project.dir);
  ca = certificates.authority('company');
  certificates.authority('stranger');
  const server = certificates.issue('server', 'company', 'engine.example');
  client = certificates.issue('client', 'company', 'worker.example');
  const engine = project.env.TEMPORAL_ADDRESS as string;
  plain = await startEngineProxy(engine);
  secure = await startEngineProxy(engine, {
    tls: {
      key: certificates.read(server.key),
      cert: certificates.read(server.cert),
      ca: certificates.read(ca),
    },
  });
  delete project.env.TEMPORAL_ADDRESS;
});
afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await plain?.[Symbol.asyncDispose]();
  await secure?.[Symbol.asyncDispose]();
});

/** Puts keys under `temporal:` of the template's config while `work` runs. */
async function configured<T>(temporal: string, work: () => Promise<T>): Promise<T> {
  const config = project.read('mcp_agent.config.yaml');
  const changed = config.replace(
    /^temporal:\n( {2}.*\n)+/m,
    `temporal:\n  task_queue: ${project.queue}\n${temporal}`,
  );
  expect(changed).not.toBe(config);
  project.write('mcp_agent.config.yaml', changed);
  try {
    return await work();
  } finally {
    project.write('mcp_agent.config.yaml', config);
  }
}

async function runOnWorker(): Promise<void> {
  const worker = await project.worker();
  const run = await project.mcpa(['run', 'DataProcessingWorkflow', 'sample data to process']).done;
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout).toContain('Done.');
  expect((await worker.stop()).status, worker.stderr).toBe(0);
}

const calls = ({ requests }: EngineProxy, method: string) =>
  requests.filter((headers) => headers[':path']?.endsWith(`/${method}`));

const hostPort = ({ address }: EngineProxy) =>
  `  host: ${address.split(':')[0]}\n  port: ${address.split(':')[1]}\n`;

test('temporal.rpc_metadata goes with every call of client and worker', async () => {
  await configured(`${hostPort(plain)}  rpc_metadata: { x-tenant: acme, x-team: blue }\n`, runOnWorker);
  for (const method of ['StartWorkflowExecution', 'PollWorkflowTaskQueue', 'RespondActivityTaskCompleted']) {
    const made = calls(plain, method);
    expect(made.length, method).toBeGreaterThan(0);
    for (const headers of made) expect(headers).toMatchObject({ 'x-tenant': 'acme', 'x-team': 'blue' });
  }
});

test('temporal.tls by config keys: client and worker speak mTLS; temporal.api_key goes with it', async () => {
  const tls = `  tls: { server_name: engine.example, server_ca: company.pem, client_cert: client.pem, client_key: client.key }\n`;
  await configured(`${hostPort(secure)}${tls}  api_key: key-of-a-test\n`, runOnWorker);
  for (const method of ['StartWorkflowExecution', 'PollWorkflowTaskQueue']) {
    expect(calls(secure, method).length, method).toBeGreaterThan(0);
    for (const headers of calls(secure, method)) expect(headers.authorization).toBe('Bearer key-of-a-test');
  }
});

const tlsFlags = () => [
  ...['--address', secure.address, '--tls-server-name', 'engine.example', '--tls-ca-path', ca],
  ...['--tls-cert-path', client.cert, '--tls-key-path', client.key],
];

test('TLS by flags: a run is started and found', async () => {
  const id = `tls-${project.queue}`;
  const started = await project.mcpa([
    'run',
    'DataProcessingWorkflow',
    'x',
    '--id',
    id,
    '--detach',
    ...tlsFlags(),
  ]).done;
  expect(started.status, started.stderr).toBe(0);
  const ended = await project.mcpa(['result', id, ...tlsFlags()]).done;
  expect(ended.stderr).toContain('goes on');
});

test.each([
  ['a stranger’s CA', 'company.pem', 'stranger.pem'],
  ['another server name', 'engine.example', 'other.example'],
  ['no client certificate', '--tls-cert-path', ''],
])('TLS with %s: the error says TLS and where to look, status 3', async (_, from, to) => {
  const flags = tlsFlags().map((flag) => flag.replace(from, to));
  if (to === '') flags.splice(flags.indexOf(''));
  const commands = [
    project.mcpa(['run', 'DataProcessingWorkflow', 'x', '--detach', ...flags]),
    project.mcpa(['worker', ...flags]),
  ];
  for (const command of commands) {
    const { status, stderr } = await command.done;
    expect(status, stderr).toBe(3);
    expect(stderr).toMatch(/ENGINE_UNREACHABLE: .*over TLS/);
    expect(stderr).toContain('temporal.tls');
  }
});
