import type { Context } from '@temporalio/activity';
import type { CallToolInput, CallToolOutput } from '../../../core/index.js';
import { runSettings, type Services } from '../services.js';
import { AskRun } from './ask-run.js';

/** How it asks while it is called, and what it asked before. */
export function asking(services: Services, context: Context, { asks, server, timeoutMs }: CallToolInput) {
  if (asks === undefined) return {};
  const { call, ...answers } = asks;
  const { workflowId, runId } = context.info.workflowExecution ?? {};
  const policies = [services.asks(server), services.sampling(server)] as const;
  const run = new AskRun(context, call, Date.now() + timeoutMs, ...policies);
  return {
    asks: answers,
    run: `${workflowId}/${runId}`,
    onQuestion: run.question.bind(run),
    onSampling: run.sampling.bind(run),
  };
}

/** No result: the run asks, and calls again. */
export function asks(
  services: Services,
  context: Context,
  input: CallToolInput,
  answer: CallToolOutput,
): CallToolOutput {
  const messages = Object.values(answer.asks?.questions ?? {}).map(({ message }) => message);
  if (answer.asks?.samplings !== undefined) messages.push('the model');
  const text = messages.length === 0 ? 'wants to be called again' : `asks: ${messages.join('; ')}`;
  return unfinished(services, context, input, { ...answer, content: [{ type: 'text', text }] });
}

/** No result: the run follows the task. */
export function goesOn(
  services: Services,
  context: Context,
  input: CallToolInput,
  answer: CallToolOutput,
): CallToolOutput {
  const text = `goes on as task ${answer.task?.id}`;
  return unfinished(services, context, input, { ...answer, content: [{ type: 'text', text }] });
}

function unfinished(
  services: Services,
  { info: { attempt } }: Context,
  { wantSettings, task }: CallToolInput,
  output: CallToolOutput,
): CallToolOutput {
  return {
    ...output,
    ...(attempt > 1 && task === undefined ? { attempt } : {}),
    ...(wantSettings ? { settings: runSettings(services) } : {}),
  };
}
