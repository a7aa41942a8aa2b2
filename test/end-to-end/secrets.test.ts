import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from '../worker/llm/fixtures/provider-server.js';
import { anthropicStream } from '../worker/llm/fixtures/streams.js';
import { engineKnows } from './encryption/project.js';
import { type Finished, Project, repository } from './project.js';

/** Signs that texts change on their way: JSON, URLs, headers. */
const SIGNS = '+/=_-.~!*$%';

/** Of a shape of its own each time; each holds a part that no encoding changes, which is looked for too. */
function plant(prefix = ''): { value: string; core: string } {
  const core = randomBytes(12).toString('hex');
  const odd = Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)]).join('');
  return { value: `${prefix}${core.slice(0, 4)}${odd}${core.slice(4)}`, core: core.slice(4) };
}

const planted = {
  provider: plant('sk-ant-'),
  secretsFile: plant('key'),
  variable: plant('ghp_'),
  config: plant('tok'),
  header: plant('hdr'),
  argument: plant('arg'),
  address: plant('adr'),
  metadata: plant('meta'),
  encryption: { value: randomBytes(32).toString('base64'), core: '' },
};
planted.encryption.core = planted.encryption.value.slice(2, 20);

let provider: ProviderServer;
let remote: Server;
let project: Project;
const told: string[] = [];
const tell = ({ stdout, stderr }: Finished) => told.push(stdout, stderr);
const ids: string[] = [];

beforeAll(async () => {
  provider = await startProviderServer();
  // A gateway that answers an MCP request with what it was sent.
  remote = createServer((request, response) =>
    response.writeHead(403).end(`forbidden: ${request.headers.authorization} ${request.headers['x-key']}`),
  );
  await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
  project = await Project.create();
  Object.assign(project.env, {
    PLANTED: planted.variable.value,
    HEADER: planted.header.value,
    ARGUMENT: planted.argument.value,
    ADDRESS: planted.address.value,
    KEY: planted.encryption.value,
    TEMPORAL_GRPC_META_X_SECRET: planted.metadata.value,
  });
  project.write(
    'mcp_agent.config.yaml',
    `
execution_engine: temporal
temporal: { heartbeat_seconds: 1, encryption: { enabled: false, keys: { k1: "\${KEY}" } } }
mcp:
  servers:
    telling:
      command: node
      args: ["${repository}/test/end-to-end/secrets-server.mjs", "--key", "\${ARGUMENT}"]
      env: { TOKEN: "\${PLANTED}", CONFIG_TOKEN: "${planted.config.value}" }
    remote:
      url: http://127.0.0.1:${(remote.address() as AddressInfo).port}/mcp?key=\${ADDRESS}
      headers: { authorization: "Bearer \${HEADER}", x-key: "\${HEADER}" }
      optional: true
      retry: { maximum_attempts: 1 }
model: anthropic:claude-test
anthropic: { base_url: "${provider.url}", default_headers: { x-team: "${planted.secretsFile.value}" } }
logger: { level: debug, path: worker.log }
`,
  );
  project.write('mcp_agent.secrets.yaml', `anthropic: { api_key: "${planted.provider.value}" }\n`);
  project.write(
    'activities.ts',
    'export async function leak(): Promise<void> { throw new Error(`connect with ${process.env.PLANTED} failed`, { cause: new Error(process.env.PLANTED) }); }\n' +
      'export async function stray(): Promise<void> { setTimeout(() => { throw new Error(`stray ${process.env.PLANTED}`); }); await new Promise(() => undefined); }\n',
  );
  project.write(
    'workflows/leak.ts',
    `
import { activities, Agent } from 'mcpa/workflow';
import type * as own from '../activities.js';
const { leak, stray } = activities<typeof own>({ retry: { maximumAttempts: 1 } });
export async function AskWorkflow(input: string): Promise<string> {
  const agent = new Agent({ name: 'asker', instruction: '', serverNames: ['telling'] });
  return agent.generateStr(input);
}
export async function OwnWorkflow(): Promise<void> { await leak(); }
export async function StrayWorkflow(): Promise<void> { await stray(); }
export async function RemoteWorkflow(): Promise<unknown> {
  const agent = new Agent({ name: 'remote', instruction: '', serverNames: ['remote'] });
  return agent.callTool('remote', 'any', {});
}
`,
  );
  const { value } = planted.provider;
  const echo = {
    error: { type: 'invalid_request_error', message: `bad key ${value}; team ${planted.secretsFile.value}` },
  };
  provider.reply(
    anthropicStream([{ tool: 'refuse', args: {} }]),
    anthropicStream([{ tool: 'throw', args: {} }]),
    anthropicStream(['done']),
    { status: 400, body: echo },
  );
  const worker = await project.worker(['--verbose']);
  for (const [workflow, status] of [
    ['AskWorkflow', 0],
    ['AskWorkflow', 1],
    ['OwnWorkflow', 1],
    ['RemoteWorkflow', 1],
  ] as const) {
    const id = `leak-${ids.length}-${process.pid}`;
    ids.push(id);
    const run = await project.mcpa(['run', workflow, 'hello', '--id', id, '--json', '--verbose']).done;
    expect(run.status, run.stdout + run.stderr).toBe(status);
    tell(run);
  }
  tell(await worker.stop('SIGTERM'));
});
afterAll(async () => {
  await project?.[Symbol.asyncDispose]();
  await provider?.close();
  remote?.close();
});

/** Where a planted key stands, with what is around it; empty: nowhere. */
function leaks(text: string): string[] {
  return Object.entries(planted).flatMap(([name, { core }]) => {
    const at = text.indexOf(core);
    return at === -1 ? [] : [`${name}: …${text.slice(Math.max(0, at - 80), at + 40)}…`];
  });
}

test('C11: the keys were really used, so that not finding them means something', () => {
  const [first] = provider.requests;
  expect(first?.headers.authorization).toBe(`Bearer ${planted.provider.value}`);
  expect(first?.headers['x-team']).toBe(planted.secretsFile.value);
  expect(provider.requests).toHaveLength(4);
  // The tool's error reached the model, without what mcpa had given its server.
  expect(JSON.stringify(provider.requests[1]?.body)).toContain('401: token ********');
});

test('C11: no planted key is in any history, memo or description of the engine', async () => {
  for (const id of ids) expect(leaks(await engineKnows(project, id))).toEqual([]);
});

test('C11: nor in the worker’s output and its log file, nor in what `run` printed', () => {
  const log = project.read('worker.log');
  expect(log).toContain('starting with ********');
  expect(log).toMatch(/run leak-2-\d+: leak failed, attempt 1: connect with \*{8} failed/);
  expect(log).toMatch(/run leak-2-\d+ \(OwnWorkflow\) failed: /);
  expect(leaks(log)).toEqual([]);
  expect(leaks(told.join('\n'))).toEqual([]);
});

test.each([
  ['config', 'show'],
  ['config', 'show', '--json'],
  ['config', 'check', '--verbose'],
  ['doctor', '--json', '--verbose'],
  ['list', '--json'],
  ['mcp', 'list'],
  ['mcp', 'list', '--json'],
  ['mcp', 'list', '--no-connect', '--json'],
  ['mcp', 'status', '--json'],
  ['mcp', 'call', 'remote', 'any', '{}', '--json', '--verbose'],
])('C11: nor in what `%s %s` prints', async (...args) => {
  const { stdout, stderr } = await project.mcpa(args.filter((each) => each !== undefined)).done;
  expect(stdout).not.toBe('');
  expect(leaks(stdout + stderr)).toEqual([]);
});

test('C11: nor in what commands print of the runs', async () => {
  const [asked, refused, own] = ids as [string, string, string];
  const commands = [
    ['messages', asked, '--full'],
    ['tail', asked, '--no-follow', '--json'],
    ['describe', refused, '--json'],
    ['result', own, '--verbose'],
  ];
  for (const args of commands) {
    const { stdout, stderr } = await project.mcpa(args).done;
    expect(leaks(stdout + stderr), args.join(' ')).toEqual([]);
  }
});

test('C11: nor in an error of the config, of the engine or of the surroundings', async () => {
  project.write('wrong.yaml', 'temporal: { host: "${PLANTED}:x y", id_reuse_policy: "${PLANTED}" }\n');
  const wrong: Array<[string[], NodeJS.ProcessEnv]> = [
    [['list', '--json', '--verbose'], { TEMPORAL_ADDRESS: '127.0.0.1:1' }],
    [['list', '--config', 'wrong.yaml', '--verbose'], {}],
    [['worker'], { KEY: planted.encryption.value.slice(0, 21) }],
    [['config', 'check'], { MCPA_MODEL: planted.provider.value }],
  ];
  for (const [args, env] of wrong) {
    const { status, stdout, stderr } = await project.mcpa(args, project.dir, { ...project.env, ...env }).done;
    expect(status, stdout + stderr).toBeGreaterThan(0);
    expect(leaks(stdout + stderr), args.join(' ')).toEqual([]);
  }
});

test('C11: nor in what a worker says that ends by an error of the project which nothing catches', async () => {
  const worker = await project.worker();
  await project.mcpa(['run', 'StrayWorkflow', '--detach']).done;
  const { status, stdout, stderr } = await worker.done;
  expect(status).toBe(1);
  expect(stderr).toMatch(/error ACTIVITY_CRASHED: .*stray \*{8}\n +at .*activities\.ts:2[\s\S]*\nfix: /);
  expect(leaks(stdout + stderr)).toEqual([]);
});

test('C11: nor in any file that mcpa keeps', () => {
  const texts: string[] = [];
  const read = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) read(path);
      else if (statSync(path).isFile()) texts.push(readFileSync(path, 'latin1'));
    }
  };
  read(join(project.dir, '.mcpa'));
  expect(texts.length).toBeGreaterThan(0);
  expect(leaks(texts.join('\n'))).toEqual([]);
});
