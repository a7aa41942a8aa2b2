import { Context } from '@temporalio/activity';
import type { CancelTaskInput } from '../../../core/index.js';
import type { Services } from '../services.js';
import { toolFailure } from '../tool-failure.js';

/** Asks the server to end a task that nobody waits for any more. */
export async function cancelTask(services: Services, input: CancelTaskInput): Promise<void> {
  const context = Context.current();
  try {
    await services.pool.cancelTask({ ...input, signal: context.cancellationSignal });
  } catch (error) {
    throw toolFailure(error, context, services, input);
  }
}
