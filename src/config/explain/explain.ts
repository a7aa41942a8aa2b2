import type { LoadedConfig } from '../load.js';
import { collectSecrets, createMasker } from './secrets.js';

export interface ConfigRow {
  key: string;
  value: string;
  origin: string;
}

const SECRET_KEY =
  /(^|\.)(api_key|client_key)$|\.(env|headers|default_headers|rpc_metadata)\.[^.]+$|\.encryption\.keys\.[^.]+$/;

/** Every value with where it came from, secrets masked. */
export function explainConfig({ config, origin }: Pick<LoadedConfig, 'config' | 'origin'>): ConfigRow[] {
  const mask = createMasker(collectSecrets(config));
  const rows: ConfigRow[] = [];
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'object' && value !== null && !isFlatList(value)) {
      const entries = Object.entries(value);
      for (const [name, item] of entries) visit(item, key === '' ? name : `${key}.${name}`);
      return;
    }
    if (value === undefined || key === 'projectDir' || key.startsWith('files')) return;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const isPath = key.endsWith('client_key') && !text.includes('-----BEGIN');
    const secret = SECRET_KEY.test(key) && !isPath && typeof value === 'string';
    rows.push({ key, value: secret ? '********' : mask(text), origin: originOf(key, origin) });
  };
  visit(config, '');
  return rows;
}

function isFlatList(value: object): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object');
}

const OTHER_NAMES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(mcp\.servers\..+\.)timeout_seconds$/, '$1read_timeout_seconds'],
  [/^(mcp\.servers\..+\.)connect_timeout_seconds$/, '$1http_timeout_seconds'],
];

function originOf(key: string, origin: LoadedConfig['origin']): string {
  const direct = origin.get(key);
  if (direct !== undefined) return direct;
  for (const [pattern, name] of OTHER_NAMES) {
    const other = pattern.test(key) ? origin.get(key.replace(pattern, name)) : undefined;
    if (other !== undefined) return other;
  }
  // An item of a list comes from where the list comes from.
  const list = /^(.*?)\.\d+(\.|$)/.exec(key)?.[1];
  return (list === undefined ? undefined : origin.get(list)) ?? 'default';
}
