import {
  type CallToolResult,
  type InputRequiredResult,
  inputRequired,
  type RequestStateCodec,
  SdkError,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { isFinal, lacksWorkflow, type RunEvent, type RunHandle } from '../../client/index.js';
import { isMcpaError, isRefused, McpaError, type Question } from '../../core/index.js';
import type { ClientView } from '../client-view.js';
import type { ServedProject } from '../served-project.js';
import { completedResult, errorResult, waitsResult } from '../tools/results.js';
import type { CallState } from './call-state.js';
import { Progress } from './progress.js';
import { progressText } from './progress-text.js';
import { questionForm } from './question-form.js';
import { WorkerWatch } from './worker-watch.js';

/** One call of a tool that follows a run. */
export interface Call {
  project: ServedProject;
  ctx: ServerContext;
  client: ClientView;
  codec: RequestStateCodec<CallState>;
  /** Its tool and arguments, as a digest. */
  digest: string;
  /** Its tool only looks: whoever cancels it leaves the run alone. */
  looksOnly: boolean;
}

type Outcome = CallToolResult | InputRequiredResult;

/** Follows a run to its end or to what a person has to do; `after`: the state that an answer brought back. */
export async function followCall(call: Call, handle: RunHandle, after?: CallState): Promise<Outcome> {
  const { project, ctx } = call;
  const { workflowId } = handle;
  using progress = new Progress(ctx, after?.progress);
  const stop = new AbortController();
  let givenUp: McpaError | undefined;
  using watch = new WorkerWatch(
    project.app,
    (text) => progress.tell(`${text}; waiting. Start one: mcpa worker`),
    (error) => {
      givenUp = error;
      stop.abort();
    },
    project.noWorkerMs,
  );
  const closing = project.closing ?? stop.signal;
  const signal = AbortSignal.any([stop.signal, ctx.mcpReq.signal, closing]);
  if (!after) progress.tell(`run ${workflowId}`, { 'mcpa/workflow_id': workflowId });
  const from = after?.cursor === undefined ? {} : { from: after.cursor };
  for await (const event of handle.events({ signal, live: false, ...from })) {
    watch.event(event);
    if (isFinal(event)) return endOf(call, handle);
    const text = progressText(event);
    if (text !== undefined) progress.tell(text);
    const waits = await waitsFor(call, handle, event, progress);
    if (waits) return waits;
  }
  if (givenUp) return errorResult(givenUp, project, workflowId);
  if (ctx.mcpReq.signal.aborted) await cancelled(call, handle);
  if (closing.aborted && !ctx.mcpReq.signal.aborted)
    return errorResult(serverEnds(workflowId), project, workflowId);
  throw ctx.mcpReq.signal.reason;
}

function serverEnds(workflowId: string): McpaError {
  return new McpaError('INTERRUPTED', `this server ends; run ${workflowId} goes on`, {
    hint: 'workflows-get_status has its state and its result, once mcpa serve is up again',
  });
}

/** The result of a run that has ended, or the error that says how. */
export async function endOf({ project }: Pick<Call, 'project'>, handle: RunHandle): Promise<CallToolResult> {
  const { workflowId, runId } = handle;
  try {
    const result = await handle.result();
    return completedResult(
      { workflow_id: workflowId, ...(runId !== undefined && { run_id: runId }) },
      result,
    );
  } catch (error) {
    const failed = isMcpaError(error) && error.code === 'RUN_FAILED' && error.hint === undefined;
    const hint = `mcpa describe ${workflowId} shows what led there; mcpa retry ${workflowId} goes on from before the failing step`;
    return errorResult(
      failed ? new McpaError('RUN_FAILED', error.message, { hint }) : error,
      project,
      workflowId,
    );
  }
}

async function waitsFor(
  call: Call,
  handle: RunHandle,
  event: RunEvent,
  progress: Progress,
): Promise<Outcome | undefined> {
  const { app } = call.project;
  // History tells of questions and refusals that are over, too.
  if (event.type === 'question_asked') {
    const open = await app.getHandle(event.workflowId).questions();
    const question = open.find(({ id }) => id === event.question);
    return question && askClient(call, handle, event, question, progress);
  }
  // It may have been mended since: history keeps the failure.
  if (event.type === 'task_failed' && event.code !== undefined && event.depth === undefined) {
    const { blocked } = await handle.details();
    const { workflowId } = handle;
    return blocked && errorResult(lacksWorkflow(event, workflowId), call.project, workflowId);
  }
  if (event.type === 'paused' && isRefused(event)) {
    const refused = await app.getHandle(event.workflowId).refusal();
    if (refused?.at !== event.at) return undefined;
    const hint = `${refused.fix ?? 'mend it'}; then call workflows-resume, or: mcpa resume ${event.workflowId}`;
    const why = `${refused.provider} takes no calls: ${refused.message}; the run waits`;
    return errorResult(new McpaError('PROVIDER_REFUSED', why, { hint }), call.project, event.workflowId);
  }
  return undefined;
}

async function askClient(
  call: Call,
  handle: RunHandle,
  event: RunEvent,
  question: Question,
  progress: Progress,
): Promise<Outcome> {
  const { workflowId, runId } = handle;
  const form = questionForm(question, call.client.elicits);
  if (form === undefined)
    return waitsResult({ workflow_id: event.workflowId, run_id: event.runId }, [question]);
  const key = `${event.workflowId}/${question.id}`;
  const requestState = await call.codec.mint({
    call: call.digest,
    workflowId,
    ...(runId !== undefined && { runId }),
    ...(event.cursor !== undefined && { cursor: event.cursor }),
    asked: { [key]: { workflowId: event.workflowId, question: question.id } },
    progress: progress.count,
  });
  return inputRequired({ inputRequests: { [key]: form }, requestState });
}

/**
 * A client that cancels means the run; one that has gone, or lost patience at its own timeout, does not: the run goes
 * on, and its result waits under its id.
 */
async function cancelled({ ctx, project, looksOnly }: Call, handle: RunHandle): Promise<void> {
  if (looksOnly) return;
  const { reason } = ctx.mcpReq.signal as { reason: unknown };
  if (reason instanceof SdkError || /tim(ed?|e-?) ?out/i.test(String(reason))) return;
  project.log(`run ${handle.workflowId}: the client cancels it`);
  await handle.cancel().catch((error: unknown) => project.log(`run ${handle.workflowId}: ${String(error)}`));
}
