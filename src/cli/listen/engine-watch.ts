import type { Config } from '../../config/index.js';
import type { McpaWorker } from '../../worker/index.js';

const EVERY_MS = 5_000;
/** One answer that is late says nothing yet. */
const SILENT_LOOKS = 2;

export interface EngineWatch extends Disposable {
  /** Nothing answers: the worker polls in vain. */
  readonly away: boolean;
}

/** Tells when the engine stops answering, and when it is back: the SDK's worker asks on and on, and says nothing of it. */
export function watchEngine(
  worker: Pick<McpaWorker, 'engineAnswers' | 'state'>,
  { temporal: { address } }: Config,
  log: (level: 'info' | 'error', message: string) => void,
): EngineWatch {
  let silent = 0;
  let asking = false;
  const look = async () => {
    if (asking || worker.state() !== 'RUNNING') return;
    asking = true;
    const answered = await worker.engineAnswers();
    asking = false;
    if (answered && silent >= SILENT_LOOKS) log('info', `the Temporal server at ${address} answers again`);
    silent = answered ? 0 : silent + 1;
    if (silent === SILENT_LOOKS)
      log('error', `no Temporal server answers at ${address}; this worker goes on when one does`);
  };
  const timer = setInterval(() => void look(), EVERY_MS).unref();
  return {
    get away() {
      return silent >= SILENT_LOOKS;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
