import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  bundledOptions,
  collectSecrets,
  configJsonSchema,
  configTable,
  connectionOptions,
  createMasker,
  explainConfig,
  findProject,
  type LoadOptions,
  loadConfig,
  requireTemporal,
} from '../../dist/config/index.js';

const CONFIG = 'mcp_agent.config.yaml';
const SECRETS = 'mcp_agent.secrets.yaml';

function project(files: Record<string, string>): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mcpa-config-')));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}
function load(files: Record<string, string>, options: LoadOptions = {}) {
  const cwd = project(files);
  return loadConfig({ cwd, env: {}, homeDir: join(cwd, 'no-home'), ...options });
}
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('loaded'),
    (error: { code: string; message: string; hint?: string }) => error,
  );

describe('wrong input', () => {
  const rows: Array<[what: string, yaml: string, message: RegExp, env?: NodeJS.ProcessEnv]> = [
    [
      'YAML that does not parse',
      'temporal:\n  host: "a\nlogger: x\n',
      /^mcp_agent\.config\.yaml:\d+:\d+ not valid YAML/,
    ],
    [
      'an unquoted *',
      'workflow_task_retry_policies:\n  *:\n    maximum_attempts: 1\n',
      /config\.yaml:2:\d+ not valid YAML.*quotes/s,
    ],
    [
      'a value that the parser would quote',
      'openai:\n  api_key: *not-a-known-shape-of-key\n',
      /^mcp_agent\.config\.yaml:1:1 not valid YAML: Unresolved alias \(the anchor must be set before the alias\) — /,
    ],
    ['a key that is a mapping', '? {a: 1}\n: 2\n', /^mcp_agent\.config\.yaml:1:\d+ not valid YAML/],
    ['a key twice', 'model: a\nname: x\nmodel: b\n', /yaml:3:1 not valid YAML: Map keys must be unique/],
    ['a key of every object', 'temporal:\n  __proto__: {host: x}\n', /yaml:2:3 no key can be called/],
    ['too many levels', `x-own: ${'['.repeat(100)}${']'.repeat(100)}\n`, /yaml:1:1 has more than 64 levels/],
    ['far too many levels', `x-own: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`, /nested too deeply/],
    [
      'aliases that stand for millions of values',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((name, n) => `${name}: &${name} [${`*${'abcdefgh'[n]},`.repeat(9)}]`).join('\n')}\n`,
      /not valid YAML: Excessive alias count/,
    ],
    [
      'a variable that every object has',
      'temporal:\n  host: ${constructor}\n',
      /\$\{constructor\} is not set/,
    ],
    [
      'wrong types beside an unset variable',
      'model: 5\nagents:\n  definitions: 7\ntemporal:\n  port: {toString: 1}\n  host: ${NOPE}\n',
      /agents\.definitions: is a number.*temporal\.host: \$\{NOPE\} is not set/s,
    ],
    [
      'an unknown key',
      'temporal:\n  task_que: a\n',
      /yaml:2:3 temporal\.task_que: unknown key — did you mean temporal\.task_queue/,
    ],
    ['a renamed key', 'temporal:\n  server_url: a\n', /did you mean temporal\.host/],
    [
      'a wrong type',
      'temporal:\n  port: many\n',
      /yaml:2:3 temporal\.port: is text — must be a (whole )?number/,
    ],
    ['a wrong section', 'temporal: 5\n', /yaml:1:1 temporal: is a number — must be a mapping/],
    [
      'a wrong value',
      'logger:\n  level: warn\n',
      /unknown value "warn" — use one of debug, info, warning, error \(did you mean warning/,
    ],
    ['a number for text', 'temporal:\n  namespace: 5\n', /must be text; put it in quotes/],
    [
      'an unset variable',
      'temporal:\n  host: ${NOPE}\n',
      /yaml:2:3 temporal\.host: \$\{NOPE\} is not set — set NOPE/,
    ],
    [
      'one in a list',
      'mcp:\n  servers:\n    a:\n      command: x\n      args: [a, "${NOPE}"]\n',
      /yaml:5:17 mcp\.servers\.a\.args\.1: \$\{NOPE\}/,
    ],
    [
      "one of the model's provider",
      'model: openai:gpt\nopenai:\n  api_key: ${NOPE}\n',
      /yaml:3:3 openai\.api_key/,
    ],
    [
      'websocket',
      'mcp:\n  servers:\n    a: {transport: websocket, url: "ws://x"}\n',
      /websocket.*streamable_http/,
    ],
    ['a server without command', 'mcp:\n  servers:\n    a:\n', /yaml:3:5 mcp\.servers\.a: has no command/],
    [
      'an agent of an unknown server',
      'agents:\n  definitions:\n    - {name: a, server_names: [b]}\n',
      /there is no MCP server b/,
    ],
    ['two ports', 'temporal:\n  host: a:1\n  port: 2\n', /carries port 1/],
    [
      'a bad tls key',
      'temporal:\n  tls:\n    client_crt: a\n',
      /temporal\.tls\.client_crt: unknown key — did you mean temporal\.tls\.client_cert/,
    ],
    ['half of mTLS', 'temporal:\n  tls: {client_cert: a}\n', /set without client_key/],
    ['a bad variable', 'temporal: {}\n', /MCPA_TIMEOUT_SECONDS: is "x"/, { MCPA_TIMEOUT_SECONDS: 'x' }],
    ['a bad value from a variable', '{}\n', /logger\.level \(MCPA_LOG_LEVEL\)/, { MCPA_LOG_LEVEL: 'x' }],
    ['a list as file', '- a\n', /must be a mapping/],
  ];
  it.each(rows)('%s', async (_what, yaml, message, env = {}) => {
    const error = await failure(load({ [CONFIG]: yaml }, { env }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(message);
  });
  it('names all problems at once', async () => {
    const yaml = 'foo: 1\nlogger:\n  level: x\ntemporal:\n  host: ${NOPE}\n';
    const { message } = await failure(load({ [CONFIG]: yaml, [SECRETS]: 'bar: 1\n' }));
    expect(message.split('\n')).toHaveLength(4);
    expect(message).toContain(`${SECRETS}:1:1 bar`);
  });
  it('no file', async () => {
    expect(await failure(load({}, { require: true }))).toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    expect(await failure(load({}, { configFile: 'x.yaml' }))).toMatchObject({ code: 'CONFIG_NOT_FOUND' });
    expect((await load({})).config.files).toEqual([]);
  });
  it('asyncio loads, and runs nothing', async () => {
    const { config } = await load({ [CONFIG]: 'execution_engine: asyncio\n' });
    expect(() => requireTemporal(config)).toThrow(expect.objectContaining({ code: 'CONFIG_ENGINE' }));
  });
});

describe('precedence', () => {
  const files = {
    [CONFIG]:
      'temporal:\n  namespace: file\n  host: filehost\nanthropic:\n  api_key: ${NOPE}\nworkflows: [a, b]\n',
    [SECRETS]: 'temporal:\n  namespace: secret\nworkflows: [c]\n',
    'temporal.toml':
      '[profile.default]\nnamespace = "profile"\naddress = "cloud:7233"\napi_key = "cloud-key"\n',
  };
  it('flag, variable, secrets, file, default', async () => {
    const env = { TEMPORAL_NAMESPACE: 'env' };
    const flagged = await load(files, { env, flags: { namespace: 'flag' } });
    expect([flagged.config.temporal.namespace, flagged.origin.get('temporal.namespace')]).toEqual([
      'flag',
      'flag',
    ]);
    const varied = await load(files, { env });
    expect(varied.origin.get('temporal.namespace')).toBe('TEMPORAL_NAMESPACE');
    const plain = await load(files);
    expect(plain.config.temporal).toMatchObject({ namespace: 'secret', address: 'filehost:7233' });
    expect(plain.origin.get('temporal.namespace')).toBe(`${SECRETS}:2`);
    expect(plain.config.workflows).toEqual(['c']);
    expect(plain.warnings.map(({ key }) => key)).toEqual(['anthropic.api_key']);
  });
  it('a profile fills in, and its key stays with its address', async () => {
    const dir = project(files);
    const env = { TEMPORAL_CONFIG_FILE: join(dir, 'temporal.toml') };
    const alone = await loadConfig({ cwd: project({}), env, homeDir: dir });
    expect(connectionOptions(alone.config)).toMatchObject({
      address: 'cloud:7233',
      apiKey: 'cloud-key',
      tls: true,
    });
    const beside = await loadConfig({ cwd: dir, env, homeDir: join(dir, 'none') });
    expect(connectionOptions(beside.config)).toEqual({ address: 'filehost:7233', namespace: 'secret' });
    const wrong = loadConfig({ cwd: dir, env, flags: { profile: 'nope' }, homeDir: join(dir, 'none') });
    expect((await failure(wrong)).message).toMatch(/nope/);
  });
  it('a variable over an unset ${VAR}', async () => {
    const { config } = await load(files, { env: { ANTHROPIC_API_KEY: 'from-env' } });
    expect(config.anthropic.api_key).toBe('from-env');
  });
});

describe('what loads', () => {
  it("the block of mcp-agent's own page", async () => {
    const yaml = `execution_engine: temporal
temporal:
  host: "localhost"
  port: 7233
  namespace: "default"
  task_queue: "mcp-agent"
  max_concurrent_activities: 100
  max_concurrent_workflows: 1000
`;
    const { config, warnings } = await load({ [CONFIG]: yaml });
    expect(warnings).toEqual([]);
    expect(config.temporal).toMatchObject({
      address: 'localhost:7233',
      max_concurrent_activities: 100,
      max_concurrent_workflows: 1000,
    });
  });
  it("mcp-agent's other keys, each with one warning", async () => {
    const yaml = `$schema: x
name: a
usage_telemetry: {enabled: true}
google: {api_key: "\${NOPE}"}
x-mine: 1
logger: {type: file, progress_display: true, level: debug}
temporal: {workflow_task_modules: [a], x-own: 1}
mcp:
  servers:
    a: {url: "https://x", transport: http, read_timeout_seconds: "7", auth: {api_key: k}, headers: {x-api-key: abc}}
`;
    const { config, warnings } = await load({ [CONFIG]: yaml });
    expect(warnings.map(({ key }) => key)).toEqual([
      'usage_telemetry',
      'google',
      'logger.type',
      'logger.progress_display',
      'temporal.workflow_task_modules',
      'mcp.servers.a.auth.api_key',
    ]);
    expect(config.mcp.servers.a).toMatchObject({
      transport: 'streamable_http',
      timeout_seconds: 7,
      headers: { 'x-api-key': 'abc' },
      session: 'stateless',
    });
  });
  it('variables, paths and policies', async () => {
    const yaml = `temporal: {port: "\${PORT:-7000}", timeout_seconds: 5}
scripted: {script: s.yaml}
mcp: {servers: {a: {command: x, cwd: sub, env: {T: "\${T}", L: "$\${T}"}, retry: {maximum_attempts: 2}}}}
workflow_task_retry_policies: {"a.b": {initial_interval: 0.5}}
`;
    const { config } = await load({ [CONFIG]: yaml }, { env: { T: 'tok' } });
    expect(config.temporal.address).toBe('localhost:7000');
    expect(config.scripted.script).toBe(join(config.projectDir, 's.yaml'));
    expect(config.mcp.servers.a).toMatchObject({
      cwd: join(config.projectDir, 'sub'),
      env: { T: 'tok', L: '${T}' },
    });
    expect(bundledOptions(config, { ownEngine: true })).toEqual({
      defaultTimeoutMs: 5000,
      heartbeatMs: 1000,
      retry: { 'a.*': { maximumAttempts: 2 }, 'a.b': { initialIntervalMs: 500 } },
    });
  });
  it('from folders below, .mcp-agent and the home folder', () => {
    const dir = project({ [`.mcp-agent/${CONFIG}`]: '', 'a/b/x': '', [`home/.mcp-agent/${CONFIG}`]: '' });
    expect(findProject(join(dir, 'a/b'), '/nowhere')).toBe(join(dir, '.mcp-agent', CONFIG));
    expect(findProject(project({}), join(dir, 'home'))).toBe(join(dir, 'home/.mcp-agent', CONFIG));
  });
});

it('secrets are masked', async () => {
  const yaml =
    'mcp: {servers: {a: {url: "https://x/${TOKEN}", headers: {Authorization: "Bearer abcdef123"}}}}\n';
  const loaded = await load(
    { [CONFIG]: yaml, [SECRETS]: 'anthropic: {api_key: topsecret}\n' },
    { env: { TOKEN: 'url-token' } },
  );
  const mask = createMasker(collectSecrets(loaded.config));
  const text = mask('topsecret url-token abcdef123 sk-ant-abcdefghijk fine');
  expect(text).toBe('******** ******** ******** ******** fine');
  const shown = JSON.stringify(explainConfig(loaded));
  for (const secret of ['topsecret', 'url-token', 'abcdef123']) expect(shown).not.toContain(secret);
});

it('plain words of a server’s variables are none, unless their name says otherwise', async () => {
  const env = `NODE_ENV: production, LOG_LEVEL: warning, DATA: ${import.meta.dirname}, DB_PASSWORD: squirrel, TOKEN: abcdef, SEED: 12abcdef`;
  const loaded = await load({ [CONFIG]: `mcp: {servers: {a: {command: a, env: {${env}}}}}\n` });
  const mask = createMasker(collectSecrets(loaded.config));
  expect(mask(`production warning ${import.meta.dirname}`)).toBe(`production warning ${import.meta.dirname}`);
  expect(mask('squirrel abcdef 12abcdef')).toBe('******** ******** ********');
});

it('headers of OTEL_EXPORTER_OTLP_HEADERS may be percent-encoded, and need not', async () => {
  const { config } = await load({}, { env: { OTEL_EXPORTER_OTLP_HEADERS: 'a=b%20c,token=50%' } });
  expect(config.otel.headers).toEqual({ a: 'b c', token: '50%' });
});

it('mTLS from files and text', async () => {
  const pem = '-----BEGIN X-----';
  const yaml = `temporal:\n  tls: {client_cert: c.pem, client_key: "${pem}"}\n`;
  const { config } = await load({ [CONFIG]: yaml, 'c.pem': 'cert' });
  const { tls } = connectionOptions(config);
  expect(tls).toMatchObject({ clientCertPair: { crt: Buffer.from('cert'), key: Buffer.from(pem) } });
});

describe('schema', () => {
  const schema = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  it.each([
    [true, { temporal: { host: 'a', port: 1 }, 'x-a': 1, google: {} }],
    [true, { temporal: { port: '${PORT}', tls: true } }],
    [false, { temporal: { port: 'many' } }],
    [false, { temporal: { task_que: 'a' } }],
    [false, { logger: { level: 'warn' } }],
  ])('%s: %j', (fits, value) => expect(schema.safeParse(value).success).toBe(fits));
  it('describes every key, and docs/config.md has them all', () => {
    expect(configTable()).not.toMatch(/\| +\|$/m);
    expect(readFileSync('docs/config.md', 'utf8')).toContain(configTable());
  });
});
