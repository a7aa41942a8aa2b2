import { isAbsolute, resolve } from 'node:path';
import type { ConfigProblem } from '../problems.js';
import { joinAddress } from '../schema/semantics.js';
import type { Layer } from './layers.js';
import { isTree, pathKey, type Tree } from './yaml-file.js';

export interface ConfigFlags {
  address?: string;
  namespace?: string;
  taskQueue?: string;
  profile?: string;
  apiKey?: string;
  tls?: boolean;
  /** File or PEM text; `tlsCertPath` and `tlsCertData` are the `temporal` command's names for the two. */
  tlsCert?: string;
  tlsCertPath?: string;
  tlsCertData?: string;
  tlsKey?: string;
  tlsKeyPath?: string;
  tlsKeyData?: string;
  tlsCa?: string;
  tlsCaPath?: string;
  tlsCaData?: string;
  tlsServerName?: string;
  model?: string;
  script?: string;
  logLevel?: string;
  logFormat?: string;
}

type Kind = 'text' | 'number' | 'flag' | 'path';
type Row = readonly [name: string, key: string, kind?: Kind];

/** Environment variables, weakest first where two fill one key. */
export const ENVIRONMENT: readonly Row[] = [
  ['TEMPORAL_ADDRESS', 'temporal.address'],
  ['TEMPORAL_NAMESPACE', 'temporal.namespace'],
  ['TEMPORAL_TASK_QUEUE', 'temporal.task_queue'],
  ['MCPA_TASK_QUEUE', 'temporal.task_queue'],
  ['TEMPORAL_API_KEY', 'temporal.api_key'],
  ['TEMPORAL_TLS', 'temporal.tls', 'flag'],
  ['TEMPORAL_TLS_SERVER_NAME', 'temporal.tls.server_name'],
  ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'temporal.tls.server_ca', 'path'],
  ['TEMPORAL_TLS_SERVER_CA_CERT_DATA', 'temporal.tls.server_ca'],
  ['TEMPORAL_TLS_CLIENT_CERT_PATH', 'temporal.tls.client_cert', 'path'],
  ['TEMPORAL_TLS_CLIENT_CERT_DATA', 'temporal.tls.client_cert'],
  ['TEMPORAL_TLS_CLIENT_KEY_PATH', 'temporal.tls.client_key', 'path'],
  ['TEMPORAL_TLS_CLIENT_KEY_DATA', 'temporal.tls.client_key'],
  ['MCPA_MAX_CONCURRENT_ACTIVITIES', 'temporal.max_concurrent_activities', 'number'],
  ['MCPA_MAX_CONCURRENT_WORKFLOWS', 'temporal.max_concurrent_workflows', 'number'],
  ['MCPA_TIMEOUT_SECONDS', 'temporal.timeout_seconds', 'number'],
  ['MCPA_HEARTBEAT_SECONDS', 'temporal.heartbeat_seconds', 'number'],
  ['MCPA_ENCRYPTION_ACTIVE_KEY', 'temporal.encryption.active_key'],
  ['MCPA_MODEL', 'model'],
  ['MCPA_SCRIPT', 'scripted.script', 'path'],
  ['MCPA_TEMPORAL_CLI', 'engine.path', 'path'],
  ['MCPA_LOG_LEVEL', 'logger.level'],
  ['MCPA_LOG_FORMAT', 'logger.format'],
  ['MCPA_LOG_FILE', 'logger.path', 'path'],
  ['ANTHROPIC_API_KEY', 'anthropic.api_key'],
  ['ANTHROPIC_BASE_URL', 'anthropic.base_url'],
  ['ANTHROPIC_DEFAULT_MODEL', 'anthropic.default_model'],
  ['OPENAI_API_KEY', 'openai.api_key'],
  ['OPENAI_BASE_URL', 'openai.base_url'],
  ['OPENAI_DEFAULT_MODEL', 'openai.default_model'],
  ['OPENAI_REASONING_EFFORT', 'openai.reasoning_effort'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'otel.endpoint'],
  ['OTEL_SERVICE_NAME', 'otel.service_name'],
];

const FLAGS: readonly (readonly [keyof ConfigFlags, string, Kind?])[] = [
  ['address', 'temporal.address'],
  ['namespace', 'temporal.namespace'],
  ['taskQueue', 'temporal.task_queue'],
  ['apiKey', 'temporal.api_key'],
  ['tls', 'temporal.tls', 'flag'],
  ['tlsCert', 'temporal.tls.client_cert', 'path'],
  ['tlsCertPath', 'temporal.tls.client_cert', 'path'],
  ['tlsCertData', 'temporal.tls.client_cert'],
  ['tlsKey', 'temporal.tls.client_key', 'path'],
  ['tlsKeyPath', 'temporal.tls.client_key', 'path'],
  ['tlsKeyData', 'temporal.tls.client_key'],
  ['tlsCa', 'temporal.tls.server_ca', 'path'],
  ['tlsCaPath', 'temporal.tls.server_ca', 'path'],
  ['tlsCaData', 'temporal.tls.server_ca'],
  ['tlsServerName', 'temporal.tls.server_name'],
  ['model', 'model'],
  ['script', 'scripted.script', 'path'],
  ['logLevel', 'logger.level'],
  ['logFormat', 'logger.format'],
];

/** A file relative to a folder; PEM text and bare program names stay as they are. */
export function fileIn(folder: string, path: string): string {
  return path.includes('-----BEGIN') || isAbsolute(path) ? path : resolve(folder, path);
}

interface Sink extends Layer {
  problems: ConfigProblem[];
  put: (key: string, value: unknown, origin: string) => void;
}

function sink(): Sink {
  const value: Tree = {};
  const origins = new Map<string, string>();
  const put = (key: string, item: unknown, origin: string) => {
    const path = key.split('.');
    let node = value;
    for (const part of path.slice(0, -1)) {
      // TEMPORAL_TLS=false is stronger than details beside it.
      if (node[part] === false) return;
      if (!isTree(node[part])) node[part] = {};
      node = node[part] as Tree;
    }
    node[path.at(-1)!] = item;
    origins.set(pathKey(path), origin);
  };
  return {
    value,
    problems: [],
    put,
    origin: (path) => origins.get(pathKey(path)) ?? origins.values().next().value ?? '',
  };
}

function take(layer: Sink, name: string, origin: string, key: string, kind: Kind, raw: unknown, cwd: string) {
  const text = String(raw);
  if (kind === 'number') {
    if (Number.isFinite(Number(text)) && Number(text) > 0) return layer.put(key, Number(text), origin);
    layer.problems.push({
      key: name,
      problem: `is ${JSON.stringify(text)}`,
      fix: 'must be a number above 0',
    });
  } else if (kind === 'flag') {
    if (/^(true|1|yes|on)$/i.test(text)) return layer.put(key, true, origin);
    if (/^(false|0|no|off)$/i.test(text)) return layer.put(key, false, origin);
    layer.problems.push({ key: name, problem: `is ${JSON.stringify(text)}`, fix: 'must be true or false' });
  } else if (key === 'temporal.address') {
    // `localhost` alone means the usual port, as it does in the file.
    const joined = joinAddress(text);
    layer.put(key, 'address' in joined ? joined.address : text, origin);
  } else layer.put(key, kind === 'path' ? fileIn(cwd, text) : text, origin);
}

export function environmentLayer(env: NodeJS.ProcessEnv, cwd: string): Layer & { problems: ConfigProblem[] } {
  const layer = sink();
  for (const [name, key, kind = 'text'] of ENVIRONMENT) {
    const raw = env[name];
    if (raw === undefined || raw === '') continue;
    // A program named without a slash is looked up on the PATH.
    const plain = key === 'engine.path' && !/[\\/]/.test(raw);
    take(layer, name, name, key, plain ? 'text' : kind, raw, cwd);
  }
  if (env.TEMPORAL_TLS_DISABLE_HOST_VERIFICATION) {
    layer.problems.push({
      key: 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
      problem: 'is not supported by the TypeScript SDK',
      fix: 'unset it; name the certificate’s host with TEMPORAL_TLS_SERVER_NAME',
    });
  }
  const metadata: Tree = {};
  for (const [name, raw] of Object.entries(env)) {
    const header = /^TEMPORAL_GRPC_META_(.+)$/.exec(name)?.[1];
    if (header !== undefined && raw) metadata[header.toLowerCase().replaceAll('_', '-')] = raw;
  }
  if (Object.keys(metadata).length > 0) layer.put('temporal.rpc_metadata', metadata, 'TEMPORAL_GRPC_META_*');
  takeKeys(layer, env.MCPA_ENCRYPTION_KEYS);
  const headers = env.OTEL_EXPORTER_OTLP_HEADERS;
  if (headers) {
    const pairs = headers.split(',').map((pair) => /^\s*([^=]+?)\s*=(.*)$/.exec(pair));
    const entries = pairs.flatMap((pair) => (pair ? [[pair[1], percentDecoded(pair[2]!.trim())]] : []));
    layer.put('otel.headers', Object.fromEntries(entries), 'OTEL_EXPORTER_OTLP_HEADERS');
  }
  return nameLeaves(layer);
}

/** As it stands where it is not encoded: a token may hold a `%`. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `id:key,id:key`; what is wrong is told without the keys. */
function takeKeys(layer: Sink, text: string | undefined): void {
  if (!text) return;
  const keys: Tree = {};
  for (const [index, entry] of text.split(',').entries()) {
    const [, id, key] = /^\s*([\w.-]+):(.+)$/.exec(entry) ?? [];
    if (id !== undefined && key !== undefined) keys[id] = key.trim();
    else
      layer.problems.push({
        key: 'MCPA_ENCRYPTION_KEYS',
        problem: `entry ${index + 1} is not \`id:key\``,
        fix: 'write MCPA_ENCRYPTION_KEYS=k1:<32 bytes in base64>, several with commas between',
      });
  }
  layer.put('temporal.encryption.keys', keys, 'MCPA_ENCRYPTION_KEYS');
}

export function flagLayer(flags: ConfigFlags, cwd: string): Layer & { problems: ConfigProblem[] } {
  const layer = sink();
  for (const [name, key, kind = 'text'] of FLAGS) {
    const raw = flags[name];
    if (raw !== undefined && raw !== '') take(layer, name, 'flag', key, kind, raw, cwd);
  }
  return nameLeaves(layer);
}

/** Entries of a mapping that one variable fills as a whole have that variable's origin. */
function nameLeaves(layer: Sink): Sink {
  const exact = layer.origin;
  return { ...layer, origin: (path) => (isMapEntry(path) ? exact(path.slice(0, -1)) : exact(path)) };
}

function isMapEntry(path: readonly string[]): boolean {
  return ['rpc_metadata', 'headers', 'keys'].includes(path.at(-2) ?? '');
}
