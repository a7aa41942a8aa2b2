// The client of one scenario of the conformance suite, which starts it with the server's address: mcpa's own client
// (`openMcpServers`), its own login, and a browser and a person that do what they are asked. npm run conformance -- client
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, logInToMcpServer, openMcpServers } from '../dist/worker/index.js';

const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const url = process.argv.at(-1);
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');

const dir = mkdtempSync(join(tmpdir(), 'mcpa-conformance-client-'));
process.env.XDG_DATA_HOME = join(dir, 'logins');

/** What a person who uses such a server writes into the config. */
async function oauthOf() {
  const { client_id, client_secret } = context;
  if (scenario === 'auth/basic-cimd')
    return { client_metadata_url: 'https://conformance-test.local/client-metadata.json' };
  if (client_secret === undefined) return undefined;
  if (!scenario.startsWith('auth/client-credentials')) return { client_id, client_secret };
  // Such a config names its issuer, which the suite tells nowhere but here.
  const about = await fetch(new URL('/.well-known/oauth-protected-resource/mcp', url));
  const [authorization_server] = (await about.json()).authorization_servers;
  return { grant: 'client_credentials', client_id, client_secret, authorization_server };
}

async function configOf() {
  const oauth = await oauthOf();
  const server = { url, ...(oauth === undefined ? {} : { auth: { oauth } }) };
  // JSON is YAML.
  writeFileSync(join(dir, 'mcp_agent.config.yaml'), JSON.stringify({ mcp: { servers: { suite: server } } }));
  return (await loadConfig({ cwd: dir, require: true })).config;
}

/** As its hint says, a person would: `mcpa mcp login suite --scope "…"`. */
async function logIn(config, hint) {
  const [, scopes] = /--scope "([^"]+)"/.exec(hint) ?? [];
  const visits = [];
  await logInToMcpServer(config, 'suite', {
    onAddress: (address) => visits.push(fetch(address)),
    scopes: scopes?.split(' ') ?? [],
    timeoutMs: 20_000,
  });
  for (const page of await Promise.all(visits)) console.log(`browser: ${page.status} ${await page.text()}`);
}

/** A person logs in where that is wanted, and once more where the server wants more; then gives up. */
async function withLogins(config, work) {
  for (let logins = 0; ; logins++) {
    try {
      return await work();
    } catch (error) {
      const wanted = error.code === 'MCP_UNAUTHORIZED' && /^mcpa mcp login suite\b/.test(error.hint);
      if (!wanted || logins === 2) throw error;
      console.log(`${error.message}: ${error.hint}`);
      await logIn(config, error.hint);
    }
  }
}

const argumentsOf = ({ required = [], properties = {} }) =>
  Object.fromEntries(required.map((name) => [name, properties[name]?.type === 'number' ? 2 : 'text']));

/** Lists the tools and calls each. */
async function play(config, servers) {
  const tools = await withLogins(config, () => servers.tools('suite'));
  console.log(`tools: ${tools.map(({ name }) => name).join(', ')}`);
  for (const tool of tools) {
    // A form of which nothing is filled in: the defaults are the client's to add.
    const onQuestion = async () => ({ action: 'accept', content: {} });
    const call = () => servers.call('suite', tool.name, argumentsOf(tool.inputSchema), { onQuestion });
    const { content, isError } = await withLogins(config, call);
    console.log(`${tool.name}: ${JSON.stringify(content)}`);
    if (isError) throw new Error(`${tool.name} answered with an error`);
  }
}

let servers;
try {
  const config = await configOf();
  servers = openMcpServers(config, {
    log: (level, message, fields) => console.log(`${level}: ${message}`, fields?.error ?? ''),
  });
  await play(config, servers);
} catch (error) {
  console.error(error.hint === undefined ? error : `${error.code}: ${error.message}\nfix: ${error.hint}`);
  process.exitCode = 1;
} finally {
  await servers?.[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
}
