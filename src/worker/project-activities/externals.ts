import { realpathSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

interface Asked {
  context?: string;
  request?: string;
  dependencyType?: string;
  getResolve?: (options?: object) => (context: string, request: string) => Promise<string>;
}

const here = createRequire(import.meta.url);
/** Packages that must be the running mcpa's own copy: an activity's context is in the one that runs it. */
const SHARED = /^(?:mcpa|@temporalio\/[^/]+)(?:\/|$)/;

/**
 * What a bundle of activities imports when it runs: Node's modules and packages. Undefined for what goes into the
 * bundle: the project's files, and linked packages, whose sources may be TypeScript as well.
 */
export async function external({
  context,
  request,
  dependencyType,
  getResolve,
}: Asked): Promise<string | undefined> {
  if (context === undefined || request === undefined || /^(?:\.{0,2}\/|\.{1,2}$)/.test(request))
    return undefined;
  const kind = dependencyType === 'commonjs' ? 'node-commonjs' : 'module';
  if (request.startsWith('node:') || builtinModules.includes(request)) return `${kind} ${request}`;
  const shared = SHARED.test(request) ? ownCopy(request) : undefined;
  if (shared !== undefined) return `${kind} ${kind === 'module' ? pathToFileURL(shared).href : shared}`;
  const found = await getResolve?.()(context, request).catch(() => undefined);
  // What isn't found is left to webpack, which says so with its place.
  if (found === undefined || !/[\\/]node_modules[\\/]/.test(realpathSync(found.split('?')[0]!)))
    return undefined;
  return `${kind} ${request}`;
}

function ownCopy(request: string): string | undefined {
  try {
    return here.resolve(request);
  } catch {
    // A package of Temporal's that mcpa doesn't use: the project's own.
    return undefined;
  }
}
