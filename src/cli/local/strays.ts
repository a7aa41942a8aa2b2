import { McpaError } from '../../core/index.js';
import { errorObject, errorText } from '../render/error.js';
import { exitNow, masked, type OutputMode, printJson } from '../terminal.js';

/**
 * Ends a process that runs the project's activities when something throws in it where nothing catches. Node would do
 * the same, with the error as it is: keys that stand in it included.
 */
export function endOnStray(mode: OutputMode): void {
  process.once('uncaughtException', (error) => {
    const crashed = new McpaError(
      'ACTIVITY_CRASHED',
      `something threw where nothing catches it, and has ended this worker: ${error.stack ?? error.message}`,
      {
        hint: 'catch it where the first lines of the stack point (await each promise, in timers and callbacks too); open runs go on with the next worker',
        cause: error,
      },
    );
    // `mcpa dev` reads the output of its worker as lines of its own kind.
    if (mode.json && !process.connected) printJson(masked(errorObject(crashed)));
    else process.stderr.write(masked(errorText(crashed, { ...mode, verbose: false })));
    exitNow(crashed.exitStatus);
  });
}
