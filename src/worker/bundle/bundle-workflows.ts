import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BundledOptions, McpaError } from '../../core/index.js';
import { withBuildLock } from './cache/build-lock.js';
import { BundleCache } from './cache/bundle-cache.js';
import { type Manifest, recordDependencies, sha256 } from './cache/manifest.js';
import { buildVersions, checkProjectVersions, defaultWorkflowModule } from './packages.js';
import { readWorkflows, type WorkflowSource } from './source/discover.js';
import { findFiles } from './source/find-files.js';
import { compile } from './webpack/compile.js';

export interface BundleWorkflowsOptions {
  projectDir: string;
  patterns: string[];
  options: BundledOptions;
  cacheDir: string;
  /** mcpa's compiled `mcpa/workflow`; its folder also holds activity-options.js and interceptors.js. */
  workflowModule?: string;
  onWarning(message: string): void;
}

export interface Bundle {
  /** Where the bundle is, or would be if the cache could be written. */
  codePath: string;
  /** Set when the bundle is in memory only. */
  code?: string;
  cached: boolean;
  ms: number;
  /** SHA-256 of the code. */
  hash: string;
  workflows: WorkflowSource[];
}

/** Raised by every change of the generated entries, the webpack config or the manifest. */
const FORMAT = 6;

/** The project's workflows as one script for the worker's sandbox; from the cache when nothing changed. */
export async function bundleWorkflows(options: BundleWorkflowsOptions): Promise<Bundle> {
  const start = performance.now();
  const job = prepare(options);
  const cache = new BundleCache(resolve(options.cacheDir));
  const finish = (bundle: Omit<Bundle, 'ms'>): Bundle => ({ ...bundle, ms: performance.now() - start });

  const first = cache.read(job.key);
  if (first && 'manifest' in first) return finish(fromCache(cache, first.manifest, options));
  if (first) options.onWarning(`the bundle cache is damaged and is built again (${first.corrupt})`);
  return withBuildLock(join(cache.folder, `${job.key}.lock`), async () => {
    // Another process may have built it while this one waited for the lock.
    const second = cache.read(job.key);
    if (second && 'manifest' in second) return finish(fromCache(cache, second.manifest, options));
    return finish(await build(job, cache, options));
  });
}

type Job = ReturnType<typeof prepare>;

function prepare(options: BundleWorkflowsOptions) {
  const workflowModule = options.workflowModule ?? defaultWorkflowModule();
  if (!existsSync(workflowModule)) {
    throw new McpaError('BUG', `mcpa's workflow code is missing: ${workflowModule}`, {
      hint: 'Run `npm run build`.',
    });
  }
  const projectDir = realpathSync(resolve(options.projectDir));
  checkProjectVersions(projectDir);
  const files = findFiles(projectDir, options.patterns);
  const paths = { projectDir, workflowModule: realpathSync(workflowModule) };
  const key = sha256(JSON.stringify([FORMAT, buildVersions(), paths, files, options.options])).slice(0, 24);
  return { ...paths, files, key };
}

function fromCache(
  cache: BundleCache,
  manifest: Manifest,
  options: BundleWorkflowsOptions,
): Omit<Bundle, 'ms'> {
  for (const warning of manifest.warnings) options.onWarning(warning);
  const { hash, workflows } = manifest;
  return { codePath: cache.codePath(hash), cached: true, hash, workflows };
}

async function build(
  job: Job,
  cache: BundleCache,
  options: BundleWorkflowsOptions,
): Promise<Omit<Bundle, 'ms'>> {
  const buildStart = Date.now();
  const { projectDir, workflowModule, files } = job;
  const found = readWorkflows(projectDir, options.patterns, files);
  const compiled = await compile({
    projectDir,
    workflowModule,
    options: options.options,
    workflows: found.workflows,
  });
  const { code, warnings } = compiled;
  for (const warning of warnings) options.onWarning(warning);
  const hash = sha256(code);
  const workflows = found.workflows.map(({ name, file, line }) => ({ name, file, line }));
  const bundle = { codePath: cache.codePath(hash), cached: false, hash, workflows };
  try {
    cache.writeCode(hash, code);
    // A file that matches but exports nothing yet is not in the bundle, and may get a workflow.
    const files = [...compiled.files, ...found.read];
    const dependencies = recordDependencies({ ...compiled, files }, buildStart);
    if (dependencies) {
      cache.writeManifest(job.key, {
        hash,
        size: Buffer.byteLength(code),
        workflows,
        warnings,
        ...dependencies,
      });
    }
    return bundle;
  } catch (error) {
    options.onWarning(`the bundle can't be cached and stays in memory: ${(error as Error).message}`);
    return { ...bundle, code };
  }
}
