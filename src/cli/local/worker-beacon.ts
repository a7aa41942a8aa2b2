import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/index.js';
import { announce, forget, forgetKilled, listen, mayBeHeard } from '../../worker/beacon.js';

/** A worker of this project that another process keeps. */
export interface FoundWorker extends Disposable {
  /** Resolves when it ends, is drained or is killed. */
  gone: Promise<void>;
}

const folderOf = (config: Config) => join(config.projectDir, '.mcpa', 'workers');

/** What must be the same for one worker to serve another command's run. */
function placeOf({ temporal: { address, namespace, task_queue } }: Config): string {
  return JSON.stringify([address, namespace, task_queue]);
}

/**
 * Says that this process keeps a worker, until disposed. The poller list of Temporal can't say this: it keeps a dead
 * worker's long poll for a minute.
 */
export async function announceWorker(config: Config): Promise<AsyncDisposable> {
  const beacon = await announce(folderOf(config), '', () => placeOf(config));
  void forgetKilled(folderOf(config)).catch(() => undefined);
  return {
    async [Symbol.asyncDispose]() {
      await rm(beacon.pointer, { force: true });
      await beacon[Symbol.asyncDispose]();
    },
  };
}

/** Whether it is worth asking: what was announced may have died since. */
export const mayBeServed = (config: Config) => mayBeHeard(folderOf(config));

/** A live worker that serves the same task queue of the same engine; undefined when there is none. */
export async function findWorker(config: Config): Promise<FoundWorker | undefined> {
  const { living, dead } = await listen(folderOf(config), '');
  await Promise.all(dead.map(forget));
  const found = living.find(({ said }) => said === placeOf(config));
  for (const each of living) if (each !== found) each[Symbol.dispose]();
  return found;
}
