// A command that only asks the engine starts with a packed copy of Temporal's client, which loads in half the time. In a
// process that also has Temporal's worker there is one copy for all, that of node_modules: errors and payloads are told
// apart by their classes.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

const require = createRequire(import.meta.url);

/** Virtual modules: which copy this process has, the client of that copy, the packed one. */
export const COPY = '\0temporal-copy';
const CLIENT = '\0temporal-client';
const PACKED = require.resolve('@temporalio/client');

/** The definitions of engine and cloud that no client command sends or reads. */
const UNUSED = [['coresdk'], ['temporal', 'api', 'cloud'], ['grpc', 'gateway'], ['nexusannotations']];

/**
 * Modules of the worker that use the packages, and those of the command that load the worker, maybe long after the
 * client: `run --local` replaces a worker that has gone.
 */
const WORKER_PACKAGES =
  /^import .* from '@temporalio\/(?!client')|\bimport\(\s*'(?:@temporalio\/worker|[^']*\/worker\/index\.js)'/m;

const copy = `let copy;
/** True for whoever asked first, and for those who want the same. */
export const takes = (wanted) => (copy ??= wanted) === wanted;`;

const client = (names) => `import { takes } from ${JSON.stringify(COPY)};
const sdk = takes('packed') ? await import(${JSON.stringify(PACKED)}) : await import('@temporalio/client');
export const { ${names.join(', ')} } = sdk;`;

const shared = `import { takes } from ${JSON.stringify(COPY)};
if (!takes('shared')) throw new Error("Temporal's packed client was loaded before the worker's packages");`;

/** Two thirds of what the client loads are message types. Parsed as JSON they are read faster than as code. */
function withoutUnused(code) {
  const start = code.indexOf('.addJSON(') + '.addJSON('.length;
  const end = code.lastIndexOf('})') + 1;
  const types = runInNewContext(`(${code.slice(start, end)})`);
  for (const path of UNUSED) {
    const last = path.at(-1);
    const parent = path.slice(0, -1).reduce((at, name) => at[name].nested, types);
    if (parent[last] === undefined) throw new Error(`@temporalio/proto has no ${path.join('.')}`);
    delete parent[last];
  }
  return `${code.slice(0, start)}JSON.parse(${JSON.stringify(JSON.stringify(types))})${code.slice(end)}`;
}

export function temporalCopy(dist) {
  return {
    name: 'temporal-copy',
    resolveId(source, importer) {
      if (source === COPY || source === PACKED) return source;
      if (!source.startsWith('@temporalio/')) return undefined;
      // What the packed client requires is packed with it.
      if (importer?.includes('/node_modules/')) return createRequire(importer).resolve(source);
      const ofClient = importer?.startsWith(join(dist, 'client'));
      if (source === '@temporalio/client' && ofClient) return CLIENT;
      // It reads a file and gives plain values.
      if (source === '@temporalio/envconfig') return require.resolve(source);
      return { id: source, external: true };
    },
    load(id) {
      if (id === COPY) return copy;
      if (id === CLIENT) return client(Object.keys(require('@temporalio/client')));
      return undefined;
    },
    transform(code, id) {
      if (id.startsWith(dist) && WORKER_PACKAGES.test(code)) return `${shared}\n${code}`;
      if (/[\\/]@temporalio[\\/]proto[\\/]protos[\\/]json-module\.js$/.test(id)) return withoutUnused(code);
      return undefined;
    },
  };
}
