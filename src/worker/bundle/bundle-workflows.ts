import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BundledOptions } from '../../core/index.js';
import { compile } from './compile.js';
import { readWorkflows, type WorkflowSource } from './discover.js';
import { findFiles } from './find-files.js';
import { checkProjectVersions, defaultWorkflowModule } from './packages.js';

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

/** The project's workflows as one script for the worker's sandbox. */
export async function bundleWorkflows(options: BundleWorkflowsOptions): Promise<Bundle> {
  const start = performance.now();
  const projectDir = realpathSync(resolve(options.projectDir));
  const workflowModule = realpathSync(options.workflowModule ?? defaultWorkflowModule());
  checkProjectVersions(projectDir);
  const files = findFiles(projectDir, options.patterns);
  const workflows = readWorkflows(projectDir, options.patterns, files);
  const compiled = await compile({ projectDir, options: options.options, workflowModule, workflows });
  for (const warning of compiled.warnings) options.onWarning(warning);
  const hash = createHash('sha256').update(compiled.code).digest('hex');
  return {
    codePath: join(options.cacheDir, `bundle-${hash.slice(0, 16)}.js`),
    code: compiled.code,
    cached: false,
    ms: performance.now() - start,
    hash,
    workflows: workflows.map(({ name, file, line }) => ({ name, file, line })),
  };
}
