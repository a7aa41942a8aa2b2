import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { GlobalFlags } from '../../settings.js';
import { printJson, printResult } from '../../terminal.js';
import { PACKAGE_ROOT, packageVersion } from '../../version.js';

/** This mcpa's version, and the project's own where it has one. */
export function versionCommand(flags: GlobalFlags): void {
  const version = packageVersion();
  if (!flags.json) {
    printResult(version);
    return;
  }
  printJson({
    mcpa: { version, path: PACKAGE_ROOT },
    project: projectCopy(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
  });
}

function projectCopy(): { version: string; path: string } | null {
  try {
    const require = createRequire(join(process.cwd(), 'package.json'));
    const file = require.resolve('mcpa/package.json');
    return {
      version: (require(file) as { version: string }).version,
      path: file.slice(0, -'/package.json'.length),
    };
  } catch {
    return null;
  }
}
