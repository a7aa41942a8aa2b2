import type { Config } from '../../../config/index.js';
import { setBack } from './set-back.js';

/**
 * For a worker without a version: sets back what a `dev` left at this task queue, and again when one that lives now ends. While one lives,
 * it gets the runs.
 *
 * @param tell gets a line for people when a `dev` has the queue, and when it has it no more
 */
export async function besideDev(config: Config, tell: (line: string) => void): Promise<Disposable> {
  let ended = false;
  let watched: Disposable[] = [];
  const look = async (): Promise<void> => {
    const { living } = await setBack(config);
    watched = living;
    if (ended) for (const dev of living) dev[Symbol.dispose]();
    if (living.length === 0 || ended) return;
    void Promise.all(living.map(({ gone }) => gone)).then(async () => {
      if (ended) return;
      await look().catch((error: unknown) =>
        tell(`the queue could not be taken over: ${(error as Error).message}`),
      );
      if (!ended && watched.length === 0) tell('`mcpa dev` has ended: this worker gets its runs');
    });
  };
  // An engine that doesn't answer is for the worker's own start to tell.
  await look().catch(() => undefined);
  if (watched.length > 0)
    tell('`mcpa dev` serves this task queue with its own workers: this one gets runs when it has ended');
  return {
    [Symbol.dispose]() {
      ended = true;
      for (const dev of watched) dev[Symbol.dispose]();
    },
  };
}
