import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import type { WorkflowSource } from '../source/discover.js';

interface FileRecord {
  path: string;
  size: number;
  mtimeMs: number;
  sha256: string;
}

/** What a bundle was built from: it is good as long as all of this still holds. */
export interface Manifest {
  /** SHA-256 and length of the code; the file is named by the hash. */
  hash: string;
  size: number;
  workflows: WorkflowSource[];
  warnings: string[];
  files: FileRecord[];
  missing: string[];
  folders: Array<{ path: string; names: string }>;
}

/** Absolute paths that a build read, looked for in vain, and listed. */
export interface Dependencies {
  files: string[];
  missing: string[];
  folders: string[];
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Undefined when a file changed while the build ran: what was read isn't known then. */
export function recordDependencies(
  from: Dependencies,
  buildStart: number,
): Pick<Manifest, 'files' | 'missing' | 'folders'> | undefined {
  const files: FileRecord[] = [];
  for (const path of [...new Set(from.files)].sort()) {
    const stat = statOf(path);
    if (!stat?.isFile()) continue;
    // A time in the future is a wrong clock's, not an edit's.
    if (stat.mtimeMs >= buildStart && stat.mtimeMs <= Date.now() + 1_000) return undefined;
    files.push({ path, size: stat.size, mtimeMs: stat.mtimeMs, sha256: sha256(readFileSync(path)) });
  }
  return {
    files,
    missing: [...new Set(from.missing)].filter((path) => !statOf(path)).sort(),
    folders: [...new Set(from.folders)].sort().map((path) => ({ path, names: namesIn(path) })),
  };
}

/** `touched`: all contents are the same, some times aren't; they were updated in `manifest`. */
export function checkManifest(manifest: Manifest): 'good' | 'touched' | 'stale' {
  let touched = false;
  for (const file of manifest.files) {
    const stat = statOf(file.path);
    if (!stat || stat.size !== file.size) return 'stale';
    if (stat.mtimeMs === file.mtimeMs) continue;
    if (sha256(readFileSync(file.path)) !== file.sha256) return 'stale';
    file.mtimeMs = stat.mtimeMs;
    touched = true;
  }
  if (manifest.missing.some((path) => statOf(path))) return 'stale';
  if (manifest.folders.some((folder) => namesIn(folder.path) !== folder.names)) return 'stale';
  return touched ? 'touched' : 'good';
}

export function isManifest(value: unknown): value is Manifest {
  const manifest = value as Manifest | null;
  return (
    typeof manifest === 'object' &&
    manifest !== null &&
    /^[0-9a-f]{64}$/.test(manifest.hash) &&
    typeof manifest.size === 'number' &&
    [manifest.workflows, manifest.warnings, manifest.files, manifest.missing, manifest.folders].every(
      Array.isArray,
    )
  );
}

/** Undefined for whatever can't be reached, also below a file (ENOTDIR) or a closed folder. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string {
  try {
    return readdirSync(folder).sort().join('\n');
  } catch {
    return '';
  }
}
