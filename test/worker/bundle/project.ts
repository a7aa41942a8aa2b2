import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BundledOptions } from '../../../src/core/index.js';
import { type Bundle, bundleWorkflows } from '../../../src/worker/bundle/index.js';

export const OPTIONS: BundledOptions = { defaultTimeoutMs: 60_000, heartbeatMs: 1_000, retry: {} };

/** A project in a temporary folder, without node_modules. */
export class Project implements Disposable {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'mcpa-bundle-')));
  readonly warnings: string[] = [];
  readonly cacheDir = join(this.dir, '.mcpa', 'cache', 'bundles');

  constructor(files: Record<string, string>) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  /** The file's time is set to the past: a file that changes during a build isn't cached. */
  write(name: string, text: string, secondsAgo = 60): string {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const time = Date.now() / 1_000 - secondsAgo;
    utimesSync(path, time, time);
    return path;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  bundle(options: Partial<BundledOptions> = {}, cacheDir = this.cacheDir): Promise<Bundle> {
    return bundleWorkflows({
      projectDir: this.dir,
      patterns: ['workflows/**/*.{ts,mts,cts,tsx,js,mjs,cjs}'],
      options: { ...OPTIONS, ...options },
      cacheDir,
      workflowModule: this.#stub(),
      onWarning: (message) => this.warnings.push(message),
    });
  }

  /** Stands in for dist/workflow: these tests must not depend on what mcpa's own sandbox code does. */
  #stub(): string {
    const files = {
      'package.json': '{"type":"module"}',
      'workflow/index.js': "export { seen } from './activity-options.js';\n",
      'workflow/activity-options.js':
        'export const seen = {};\nexport function configureActivities(options) { seen.options = options; }\n',
      'workflow/shared.js': 'export const shared = 1;\n',
      'workflow/host/agent-host.js': 'export async function agentHost() {}\n',
      'workflow/interceptors.js': 'export const interceptors = () => ({ inbound: [], outbound: [] });\n',
    };
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.dir, 'stub', name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      utimesSync(path, 1_700_000_000, 1_700_000_000);
    }
    return join(this.dir, 'stub', 'workflow', 'index.js');
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
