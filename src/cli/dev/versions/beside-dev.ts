import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../../config/index.js';
import type { LivingDev } from './dev-beacon.js';
import { setBack } from './set-back.js';

/** A folder is read so often: a `dev` may begin after this worker, and be killed. */
const LOOK_MS = 5_000;

/**
 * For a worker without a version: sets back what a `dev` left at this task queue, before it polls and for as long as it lives. While a
 * `dev` lives, that one's workers get the runs.
 *
 * @param tell gets a line for people when a `dev` has the queue, and when it has it no more
 */
export async function besideDev(config: Config, tell: (line: string) => void): Promise<Disposable> {
  const ended = new AbortController();
  const { signal } = ended;
  let living: LivingDev[] = [];
  const look = async () => {
    const before = living;
    try {
      ({ living } = await setBack(config));
    } catch {
      // An engine that doesn't answer is for the worker itself to tell; the mark stays.
      living = [];
    }
    for (const dev of before) dev[Symbol.dispose]();
    if (signal.aborted) return;
    if (living.length > 0 && before.length === 0)
      tell('`mcpa dev` serves this task queue with its own workers: this one gets runs when it has ended');
    if (living.length === 0 && before.length > 0) tell('`mcpa dev` has ended: this worker gets its runs');
  };
  await look();
  const watch = async () => {
    while (!signal.aborted) {
      const passed = sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
      await Promise.race([passed, ...living.map(({ gone }) => gone)]);
      if (!signal.aborted) await look();
    }
  };
  void watch();
  return {
    [Symbol.dispose]() {
      ended.abort();
      for (const dev of living) dev[Symbol.dispose]();
    },
  };
}
