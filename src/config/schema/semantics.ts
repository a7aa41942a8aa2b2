import { isIPv6 } from 'node:net';
import type { MergedConfig } from '../defaults.js';
import type { RetryConfig } from '../types.js';
import { checkDeadlines } from './deadlines.js';
import { checkLogin } from './login.js';
import type { Finding } from './validate.js';

/** What only the merged whole can show. */
export function checkWhole(config: MergedConfig): Finding[] {
  const findings: Finding[] = [];
  const report = (path: string[], problem: string, fix: string) => findings.push({ path, problem, fix });
  const servers = config.mcp?.servers ?? {};
  for (const [name, server] of Object.entries(servers)) {
    const path = ['mcp', 'servers', name];
    const transport = server.transport ?? (server.url === undefined ? 'stdio' : 'streamable_http');
    if (server.command !== undefined && server.url !== undefined) {
      report(
        path,
        'has both command and url',
        'keep `command` for a local program or `url` for a remote server',
      );
    } else if (transport === 'stdio' && server.command === undefined) {
      const fix =
        server.url === undefined ? 'add `command:` (local) or `url:` (remote)' : 'use streamable_http';
      report(path, 'has no command', fix);
    } else if (transport !== 'stdio' && server.url === undefined) {
      report(path, `has no url for transport ${transport}`, 'add `url:`');
    }
    if (server.session === 'stateful' && transport === 'streamable_http' && server.protocol === '2026') {
      report(
        [...path, 'session'],
        'is stateful, and protocol 2026 has no sessions over HTTP',
        'set protocol: 2025',
      );
    }
    findings.push(...checkLogin(path, server));
    if (server.url !== undefined && !/^https?:\/\//.test(server.url)) {
      report(
        [...path, 'url'],
        `${JSON.stringify(server.url)} is no http(s) address`,
        'start it with http:// or https://',
      );
    }
  }
  const seen = new Set<string>();
  for (const [i, agent] of (config.agents?.definitions ?? []).entries()) {
    const path = ['agents', 'definitions', String(i)];
    if (seen.has(agent.name))
      report([...path, 'name'], `${agent.name} is defined twice`, 'rename one of the two');
    seen.add(agent.name);
    findings.push(...unknownServers(path, agent.server_names, servers));
  }
  const { address, tls, api_key, rpc_metadata } = config.temporal ?? {};
  if (address !== undefined && !isAddress(address)) {
    const fix = 'write it as host:port, for example localhost:7233';
    report(['temporal', 'address'], `${JSON.stringify(address)} is no address`, fix);
  }
  if (typeof tls === 'object' && (tls.client_cert === undefined) !== (tls.client_key === undefined)) {
    const [has, lacks] =
      tls.client_cert === undefined ? ['client_key', 'client_cert'] : ['client_cert', 'client_key'];
    const flag = `--tls-${lacks!.slice(7)}-path`;
    report(['temporal', 'tls', has!], `is set without ${lacks}`, `add temporal.tls.${lacks} (${flag})`);
  }
  const { name, build_id } = config.worker?.deployment ?? {};
  if (build_id !== undefined && name === undefined) {
    report(['worker', 'deployment', 'build_id'], 'is set without a name', 'add worker.deployment.name');
  }
  // The engine refuses such a name only when a worker polls, and the worker then tries for ever.
  if (name !== undefined && (/[.:]/.test(name) || name.startsWith('__'))) {
    const fix = 'use letters, digits and dashes';
    report(['worker', 'deployment', 'name'], `${JSON.stringify(name)} is no name of a deployment`, fix);
  }
  const endpoint = config.otel?.endpoint;
  if (endpoint !== undefined && !/^(https?|grpcs?):\/\//.test(endpoint)) {
    report(
      ['otel', 'endpoint'],
      `${JSON.stringify(endpoint)} is no address`,
      'start it with http(s):// or grpc(s)://',
    );
  }
  if (
    api_key !== undefined &&
    Object.keys(rpc_metadata ?? {}).some((key) => key.toLowerCase() === 'authorization')
  ) {
    report(['temporal', 'rpc_metadata'], 'has authorization beside temporal.api_key', 'keep one of the two');
  }
  findings.push(...checkDeadlines(config), ...checkPolicies(config));
  return findings;
}

/** A first pause that is longer than the longest one. */
function checkPolicies({ mcp, workflow_task_retry_policies: policies = {} }: MergedConfig): Finding[] {
  const all: [string[], RetryConfig | undefined][] = Object.entries(policies).map(([name, policy]) => [
    ['workflow_task_retry_policies', name],
    policy,
  ]);
  for (const [name, { retry, tools = {} }] of Object.entries(mcp?.servers ?? {})) {
    const path = ['mcp', 'servers', name];
    all.push([[...path, 'retry'], retry]);
    for (const [tool, own] of Object.entries(tools))
      all.push([[...path, 'tools', tool, 'retry'], own.retry && { ...retry, ...own.retry }]);
  }
  return all.flatMap(([path, { initial_interval: first, maximum_interval: longest } = {}]) =>
    first === undefined || longest === undefined || first <= longest
      ? []
      : {
          path: [...path, 'maximum_interval'],
          problem: `${longest} is shorter than initial_interval (${first})`,
          fix: `raise it to ${first} at least, or lower initial_interval`,
        },
  );
}

/** The names of an agent's MCP servers that the config lacks. */
export function unknownServers(path: string[], names: string[] = [], servers: object): Finding[] {
  const known = Object.keys(servers).join(', ') || 'none';
  return names
    .filter((name) => !Object.hasOwn(servers, name))
    .map((name) => ({
      path: [...path, 'server_names'],
      problem: `there is no MCP server ${name}`,
      fix: `add it under mcp.servers (there: ${known})`,
    }));
}

function isAddress(text: string): boolean {
  const [, name, ip6, port] = /^(?:([\w.-]+)|\[(.+)\]):(\d{1,5})$/.exec(text) ?? [];
  const host = name !== undefined || isIPv6(ip6 ?? '');
  return host && Number(port) > 0 && Number(port) < 65_536;
}

/** Policies for names that only mcp-agent has would silently do nothing. */
export function deadPolicies(config: MergedConfig): Finding[] {
  return Object.keys(config.workflow_task_retry_policies ?? {})
    .filter((name) => name.startsWith('mcp_agent.'))
    .map((name) => ({
      path: ['workflow_task_retry_policies', name],
      problem: 'names an activity of mcp-agent, which mcpa does not have',
      fix: 'use mcpa.generate, mcpa.callTool, `server.tool`, `prefix*` or `"*"`',
    }));
}

/** `host` and `port` of a file as one address. */
export function joinAddress(
  host = 'localhost',
  port?: number,
): { address: string } | { problem: string; fix: string } {
  const bare = host.replace(/^[a-z]+:\/\//, '').replace(/\/$/, '');
  const isIpv6 = (bare.match(/:/g)?.length ?? 0) > 1 && !bare.startsWith('[');
  const carried = isIpv6 ? undefined : /:(\d+)$/.exec(bare)?.[1];
  if (carried === undefined) return { address: `${isIpv6 ? `[${bare}]` : bare}:${port ?? 7233}` };
  if (port !== undefined && Number(carried) !== port) {
    return { problem: `carries port ${carried}, temporal.port says ${port}`, fix: 'keep one of the two' };
  }
  return { address: bare };
}
