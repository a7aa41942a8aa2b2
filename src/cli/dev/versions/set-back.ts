import { createHash } from 'node:crypto';
import type { WorkerVersions } from '../../../client/index.js';
import type { Config } from '../../../config/index.js';
import { forget } from '../../../worker/beacon.js';
import { findDevs, type LivingDev } from './dev-beacon.js';

/** The deployment of the versions that `dev` keeps for a task queue; a name may have neither dots nor colons. */
export function devDeployment({ temporal: { task_queue: queue } }: Config): string {
  const readable = queue.replaceAll(/[^\w-]/g, '-').slice(0, 60);
  const hash = createHash('sha256').update(queue).digest('hex').slice(0, 8);
  return `mcpa-dev-${readable}${readable === queue ? '' : `-${hash}`}`;
}

/** The versions as a task queue's workers without a version want them. */
export async function openVersions(config: Config): Promise<{ versions: WorkerVersions } & AsyncDisposable> {
  const { connect, WorkerVersions: Versions } = await import('../../../client/index.js');
  const app = await connect({ config });
  return {
    versions: new Versions(app.open, devDeployment(config)),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/**
 * Undoes what a `dev` that has ended, or was killed, left at the engine: runs that stayed on its workers go to whoever serves the
 * queue, and so do new ones. Costs one look into a folder where there is nothing to undo.
 *
 * @returns who keeps versions for this task queue now, and how many runs were pinned to workers that are gone
 */
export async function setBack(config: Config): Promise<{ living: LivingDev[]; released: number }> {
  const { living, dead } = await findDevs(config);
  if (dead.length === 0) return { living, released: 0 };
  await using opened = await openVersions(config);
  const { versions } = opened;
  const current = await versions.current();
  // Another engine may have the port now: the mark stays for the one that it speaks of.
  if (current === undefined) return { living, released: 0 };
  const alive = new Set(living.flatMap(({ builds }) => builds));
  let released = 0;
  for (const run of await versions.runs({ pinned: true }))
    if (!alive.has(run.pinnedTo!) && (await versions.release(run))) released += 1;
  if (current !== '' && !alive.has(current)) await versions.makeCurrent(living[0]?.current ?? '');
  for (const pointer of dead) await forget(pointer);
  return { living, released };
}
