import { join } from 'node:path';
import { bundledOptions, type Config } from '../config/index.js';
import type { BundledOptions } from '../core/index.js';
import { type Bundle, bundleWorkflows } from './bundle/index.js';

/** Where a project's caches live; all of it can be deleted at any time. */
export function cacheDirOf(config: Config): string {
  return join(config.projectDir, '.mcpa', 'cache');
}

/** The project's workflows as a bundle for `Worker.create`, from the cache when nothing changed. */
export function bundleProject(
  config: Config,
  onWarning: (message: string) => void = () => undefined,
): Promise<Bundle> {
  return bundleWorkflows({
    projectDir: config.projectDir,
    patterns: config.workflows,
    options: workerOptions(config),
    cacheDir: join(cacheDirOf(config), 'bundles'),
    onWarning,
  });
}

/** Heartbeats cost writes, and money in a cloud: often only where the engine is on this machine. */
export function workerOptions(config: Config): BundledOptions {
  const local = /^(localhost|127\.|\[?::1)/.test(config.temporal.address);
  return bundledOptions(config, { ownEngine: local });
}
