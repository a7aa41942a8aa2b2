import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { checkManifest, isManifest, type Manifest, sha256 } from './manifest.js';

/** Bundles kept per cache folder: some branches or option sets of one project. */
const KEPT = 10;
/** A code file without manifest may be another process's work between its two writes. */
const ORPHAN_MS = 10 * 60_000;

export type CacheAnswer = { manifest: Manifest } | { corrupt: string } | undefined;

/** `<key>.json` says what a bundle was built from, `bundle-<hash>.js` (or `.mjs`) is the code. */
export class BundleCache {
  constructor(
    readonly folder: string,
    private readonly extension: 'js' | 'mjs' = 'js',
  ) {}

  codePath(hash: string): string {
    return join(this.folder, `bundle-${hash.slice(0, 16)}.${this.extension}`);
  }

  /** The bundle of this key when nothing that it was built from has changed. */
  read(key: string): CacheAnswer {
    const path = this.#manifestPath(key);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      return absent(error) ? undefined : { corrupt: `${path}: ${(error as Error).message}` };
    }
    let manifest: unknown;
    try {
      manifest = JSON.parse(text);
    } catch {
      return { corrupt: `${path} is not JSON` };
    }
    if (!isManifest(manifest)) return { corrupt: `${path} has another form` };
    try {
      const state = checkManifest(manifest);
      if (state === 'stale') return undefined;
      const codePath = this.codePath(manifest.hash);
      const code = readFileSync(codePath);
      if (code.length !== manifest.size || sha256(code) !== manifest.hash) {
        return { corrupt: `${codePath} is not what was written` };
      }
      this.#markUsed(key, manifest, state === 'touched');
      return { manifest };
    } catch (error) {
      return absent(error) ? undefined : { corrupt: `${path}: ${(error as Error).message}` };
    }
  }

  /** Throws when the disk is full or the folder can't be written. */
  writeCode(hash: string, code: string): void {
    mkdirSync(this.folder, { recursive: true });
    writeWhole(this.codePath(hash), code);
  }

  writeManifest(key: string, manifest: Manifest): void {
    writeWhole(this.#manifestPath(key), JSON.stringify(manifest));
    this.#prune();
  }

  /** For the pruning; a cache that can only be read serves as well. */
  #markUsed(key: string, manifest: Manifest, rewrite: boolean): void {
    try {
      if (rewrite) writeWhole(this.#manifestPath(key), JSON.stringify(manifest));
      else utimesSync(this.#manifestPath(key), new Date(), new Date());
    } catch {
      // Read-only.
    }
  }

  #prune(): void {
    try {
      const now = Date.now();
      const age = (name: string) =>
        now - (statSync(join(this.folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0);
      const names = readdirSync(this.folder);
      const manifests = names.filter((name) => name.endsWith('.json')).sort((a, b) => age(a) - age(b));
      const used = new Set<string>();
      for (const name of manifests.slice(0, KEPT)) {
        const hash = /"hash":"([0-9a-f]{16})/.exec(readFileSync(join(this.folder, name), 'utf8'))?.[1];
        used.add(`bundle-${hash}.${this.extension}`);
      }
      const dropped = new Set(manifests.slice(KEPT));
      for (const name of names) {
        const orphan =
          /^bundle-[0-9a-f]{16}\.m?js$|\.tmp$|\.lock$/.test(name) && !used.has(name) && age(name) > ORPHAN_MS;
        if (dropped.has(name) || orphan) rmSync(join(this.folder, name), { force: true });
      }
    } catch {
      // Another process prunes too; what is left goes next time.
    }
  }

  #manifestPath(key: string): string {
    return join(this.folder, `${key}.json`);
  }
}

/** Readers see the old file or the new one, never a part. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function absent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
