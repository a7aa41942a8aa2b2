import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findEngine, startEngine } from '../src/engine/index.js';

/** Brings one real engine up for the whole suite: found, downloaded or built. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = mkdtempSync(join(tmpdir(), 'mcpa-engine-'));
  const onProgress = (event: { message: string }) => console.error(event.message);
  const found = await findEngine({ onProgress });
  const engine = await startEngine({ binary: found.path, port: 0, dbFile: join(dir, 'temporal.db') });
  project.provide('engine', { address: engine.address, uiUrl: engine.uiUrl });
  const projects = mkdtempSync(join(tmpdir(), 'mcpa-projects-'));
  project.provide('projects', projects);
  return async () => {
    await engine.stop();
    for (const folder of [dir, projects]) rmSync(folder, { recursive: true, force: true });
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    engine: { address: string; uiUrl: string };
    /** Where the suite's projects lie that may use each other's bundles. */
    projects: string;
  }
}
