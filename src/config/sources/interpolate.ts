import { isTree } from './yaml-file.js';

export interface Filled {
  path: string[];
  variable: string;
  value: string;
}
export interface Unset {
  path: string[];
  variable: string;
}

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Fills `${VAR}` and `${VAR:-default}` in every string; `$${` stands for a literal `${`. A key whose variable
 * is unset is left out and reported: only the caller knows whether its section is used.
 */
export function interpolate(value: unknown, env: NodeJS.ProcessEnv) {
  const filled: Filled[] = [];
  const unset: Unset[] = [];
  const visit = (node: unknown, path: string[]): unknown => {
    if (typeof node === 'string') return fill(node, path);
    if (Array.isArray(node)) return node.map((item, i) => visit(item, [...path, String(i)]) ?? '');
    if (!isTree(node)) return node;
    const entries = Object.entries(node).map(([key, item]) => [key, visit(item, [...path, key])] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  };
  const fill = (text: string, path: string[]): string | undefined => {
    let missing = false;
    const result = text.replace(
      REFERENCE,
      (whole, name: string | undefined, fallback: string | undefined) => {
        if (name === undefined) return '${';
        // Not what every object has: `${constructor}`.
        const found = Object.hasOwn(env, name) ? env[name] : undefined;
        if (found !== undefined && (found !== '' || fallback === undefined)) {
          filled.push({ path, variable: name, value: found });
          return found;
        }
        if (fallback !== undefined) return fallback;
        unset.push({ path, variable: name });
        missing = true;
        return whole;
      },
    );
    return missing ? undefined : result;
  };
  return { value: visit(value, []), filled, unset };
}
