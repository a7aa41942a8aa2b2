import { isTree, pathKey, type Tree } from './yaml-file.js';

/** Values from one source; later layers win. */
export interface Layer {
  value: Tree;
  origin: (path: readonly string[]) => string;
}

export interface Merged {
  value: Tree;
  /** By `pathKey`, for each value that isn't a mapping. */
  origins: Map<string, string>;
}

/** Deep merge, lists replace. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const origins = new Map<string, string>();
  const value: Tree = {};
  for (const layer of layers) mergeInto(value, layer.value, [], layer.origin, origins);
  return { value, origins };
}

function mergeInto(
  target: Tree,
  source: Tree,
  path: string[],
  origin: Layer['origin'],
  origins: Map<string, string>,
): void {
  for (const [key, item] of Object.entries(source)) {
    if (item === undefined) continue;
    const here = [...path, key];
    if (isTree(item)) {
      if (!isTree(target[key])) {
        origins.delete(pathKey(here));
        target[key] = {};
      }
      mergeInto(target[key] as Tree, item, here, origin, origins);
      continue;
    }
    // `tls: true` asks for TLS and takes nothing from the details that a lower layer gives.
    if (item === true && isTree(target[key])) continue;
    if (isTree(target[key])) forget(here, origins);
    target[key] = item;
    origins.set(pathKey(here), origin(here));
  }
}

function forget(path: readonly string[], origins: Map<string, string>): void {
  const prefix = `${pathKey(path)}${pathKey(['', ''])}`;
  for (const key of origins.keys()) if (key.startsWith(prefix)) origins.delete(key);
}

/** A layer over a merge, so that merges nest. */
export function layerOf(merged: Merged): Layer {
  return { value: merged.value, origin: (path) => merged.origins.get(pathKey(path)) ?? 'default' };
}
