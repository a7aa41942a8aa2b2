import { existsSync } from 'node:fs';
import type { Filled } from '../sources/interpolate.js';
import type { Config } from '../types.js';

/** Values whose secrecy shows in where they came from, not in the finished config. */
const remembered = new WeakMap<Config, string[]>();

const SHORTEST = 6;
const PLAIN_KEY =
  /^(execution_engine|model|temporal\.(host|namespace|task_queue|id_reuse_policy)|logger\..*|engine\..*|workflows\..*|.*\.(command|cwd|default_model|transport|session|protocol|name|server_names\.\d+))$/;
const PLAIN_VARIABLE = /^(HOME|PWD|OLDPWD|USER|LOGNAME|SHELL|PATH|TMPDIR|LANG|HOSTNAME)$/;

/** What `${VAR}`s and the secrets file brought, where it may be secret. */
export function secretValues(filled: readonly Filled[], secretsFile: unknown): string[] {
  const values = filled
    .filter(({ path, variable }) => !PLAIN_KEY.test(path.join('.')) && !PLAIN_VARIABLE.test(variable))
    .map(({ value }) => value);
  const walk = (node: unknown, path: string[]): void => {
    if (typeof node === 'string') {
      if (!PLAIN_KEY.test(path.join('.'))) values.push(node);
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, item] of Object.entries(node)) walk(item, [...path, key]);
    }
  };
  walk(secretsFile, []);
  return values.filter((value) => !isOwnPath(value));
}

export function rememberSecrets(config: Config, values: string[]): void {
  remembered.set(config, values);
}

/** Every secret value of a config; too short ones are left out, for they would garble any text. */
export function collectSecrets(config: Config): string[] {
  const { temporal, anthropic, openai, otel } = config;
  const found: unknown[] = [
    ...(remembered.get(config) ?? []),
    temporal.api_key,
    ...Object.values(temporal.rpc_metadata),
  ];
  if (typeof temporal.tls === 'object' && temporal.tls.client_key?.includes('-----BEGIN')) {
    found.push(temporal.tls.client_key);
  }
  found.push(...Object.values(temporal.encryption?.keys ?? {}));
  for (const provider of [anthropic, openai]) {
    found.push(
      provider.api_key,
      ...Object.values(provider.default_headers ?? {}),
      passwordIn(provider.base_url),
    );
  }
  for (const server of Object.values(config.mcp.servers)) {
    found.push(...notPlain(server.env), ...notPlain(server.headers), passwordIn(server.url));
    found.push(server.auth?.oauth?.client_secret);
  }
  found.push(...Object.values(otel.headers ?? {}), passwordIn(otel.endpoint));
  const texts = found.filter((value): value is string => typeof value === 'string');
  const tokens = texts.flatMap((text) => /^(?:Bearer|Basic|Token)\s+(.+)$/i.exec(text)?.[1] ?? []);
  return [...new Set([...texts, ...tokens])].filter((text) => text.length >= SHORTEST);
}

const SECRET_NAME = /key|token|secret|p(?:ass|w)|auth|cred|cookie|session|private|salt|dsn/i;

/**
 * Of a server's variables and headers those that may be secret: `NODE_ENV: production` is none, and masked it would garble
 * the ids and the advice that people copy.
 */
function notPlain(named: Record<string, string>): string[] {
  return Object.entries(named).flatMap(([name, value]) =>
    !SECRET_NAME.test(name) && (/^[a-z]{1,12}$/i.test(value) || isOwnPath(value)) ? [] : [value],
  );
}

/** A folder or file is no secret, and masking it would garble every path. */
function isOwnPath(value: string): boolean {
  return value.startsWith('/') && existsSync(value);
}

function passwordIn(url: string | undefined): string | undefined {
  return url === undefined ? undefined : /^[a-z+]+:\/\/[^/@:]*:([^/@]+)@/i.exec(url)?.[1];
}

const MASK = '********';
const PATTERNS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/,
  /\b(?:sk|rk|pk)[-_](?:live_|test_)?[A-Za-z0-9_-]{8,}/,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/i,
  /\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{16,}/,
  /\b(?:glpat-|npm_|hf_)[A-Za-z0-9_-]{16,}/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\bxox[abpr]-[A-Za-z0-9-]{10,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/,
];

export type Mask = (text: string) => string;

/**
 * Replaces the given secrets, also as they stand in JSON and URLs, and whatever looks like a key;
 * without `patterns` the given ones alone.
 */
export function createMasker(secrets: readonly string[], { patterns = true } = {}): Mask {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const exact = [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const known = exact.length === 0 ? undefined : new RegExp(exact.join('|'), 'g');
  const shapes = (patterns ? PATTERNS : []).map((pattern) => new RegExp(pattern.source, `g${pattern.flags}`));
  return (text) => {
    let result = known === undefined ? text : text.replace(known, MASK);
    for (const shape of shapes) result = result.replace(shape, MASK);
    return result;
  };
}

/** The same value with every text in it masked. */
export function maskAll<T>(value: T, mask: Mask): T {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map((item) => maskAll(item, mask)) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskAll(item, mask)])) as T;
}
