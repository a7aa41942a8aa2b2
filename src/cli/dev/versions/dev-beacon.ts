import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../../config/index.js';
import { announce, type Beacon, listen } from '../../../worker/beacon.js';
import { localPort } from '../../local/local-engine.js';

/** What a `dev` tells others about its worker versions. */
export interface DevVersions {
  /** Build id of the worker that gets new runs. */
  current: string;
  /** Build ids of all its workers. */
  builds: string[];
}

/** Another process that keeps worker versions on the same task queue of the same engine. */
export interface LivingDev extends DevVersions, Disposable {
  /** Resolves when it ends or is killed. */
  gone: Promise<void>;
}

export interface FoundDevs {
  living: LivingDev[];
  /** Where a `dev` left its mark and didn't come to set the versions back. */
  dead: string[];
}

/** Where files that begin with `mark` stand for those of one task queue of an engine on this machine, whichever project asks. */
async function placeOf({ temporal }: Config): Promise<{ folder: string; mark: string } | undefined> {
  const port = localPort(temporal.address);
  if (port === undefined) return undefined;
  const { engineCache } = await import('../../../engine/index.js');
  const place = JSON.stringify([port, temporal.namespace, temporal.task_queue]);
  const mark = createHash('sha256').update(place).digest('hex').slice(0, 16);
  return { folder: join(engineCache(process.env), 'devs'), mark };
}

/**
 * Says that this process keeps worker versions, until disposed. The file that leads to it stays until the versions are set back: it is
 * the mark by which who comes next knows that they must be.
 */
export async function announceDev(config: Config, say: () => DevVersions): Promise<Beacon> {
  const at = await placeOf(config);
  if (!at) throw new Error(`${config.temporal.address} is not on this machine`);
  return announce(at.folder, `${at.mark}-`, say);
}

/** All that keep, or kept, worker versions for this task queue. */
export async function findDevs(config: Config): Promise<FoundDevs> {
  const at = await placeOf(config);
  if (!at) return { living: [], dead: [] };
  const { living, dead } = await listen(at.folder, `${at.mark}-`);
  return {
    living: living.map(({ said, gone, [Symbol.dispose]: dispose }) => ({
      ...(said as DevVersions),
      gone,
      [Symbol.dispose]: dispose,
    })),
    dead,
  };
}
