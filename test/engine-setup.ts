import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findEngine, startEngine } from '../src/engine/index.js';

/** Brings one real engine up for the whole suite: found, downloaded or built. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Short: the path of a socket may have 100 characters.
  const all = mkdtempSync(join(tmpdir(), 'mcpa-suite-'));
  process.env.TMPDIR = all;
  const onProgress = (event: { message: string }) => console.error(event.message);
  const found = await findEngine({ onProgress });
  const engine = await startEngine({ binary: found.path, port: 0 });
  project.provide('engine', { address: engine.address, uiUrl: engine.uiUrl });
  const projects = mkdtempSync(join(all, 'projects-'));
  project.provide('projects', projects);
  return async () => {
    await engine.stop();
    // Whatever its tests and the workers that they killed have left; who is late may still write.
    rmSync(all, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    engine: { address: string; uiUrl: string };
    /** Where the suite's projects lie that may use each other's bundles. */
    projects: string;
  }
}
