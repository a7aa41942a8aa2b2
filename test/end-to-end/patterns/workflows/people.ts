import { ApplicationFailure, condition, defineSignal, setHandler } from '@temporalio/workflow';
import { Agent } from 'mcpa/workflow';

/** The model asks a person. */
export async function PoemWorkflow(request: string): Promise<string> {
  await using poet = new Agent({ name: 'poet', instruction: 'Write poems.', humanInput: true });
  return poet.generateStr(request);
}

/** Waits for `resume`, for so long. */
export async function PauseResumeWorkflow(timeout: '1h' | '1s'): Promise<string> {
  let resumed = false;
  setHandler(defineSignal('resume'), () => {
    resumed = true;
  });
  if (!(await condition(() => resumed, timeout)))
    throw ApplicationFailure.nonRetryable(`not resumed within ${timeout}`, 'SignalTimeout');
  return 'resumed';
}
