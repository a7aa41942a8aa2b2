import { randomBytes } from 'node:crypto';
import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { isMcpaError, type WorkflowSignature } from '../../core/index.js';
import type { CallState } from '../run/call-state.js';
import { type Call, followCall } from '../run/follow-call.js';
import { isOpen, ownRun } from '../run/own-run.js';
import { answerOf } from '../run/question-form.js';
import { createdTask } from '../tasks/task-of-run.js';
import { checkArguments } from './check-arguments.js';
import { waitsResult } from './results.js';
import { workflowTool } from './workflow-tool.js';

type Outcome = CallToolResult | InputRequiredResult;

/** Starts a run and waits for it, unless the client takes a task in place of its result. */
export async function callWorkflow(
  call: Call,
  workflow: WorkflowSignature,
  given: Record<string, unknown>,
): Promise<Outcome> {
  const tool = workflowTool(workflow);
  await checkArguments(tool.definition, given);
  const { app } = call.project;
  const handle = await app.start(workflow.name, {
    args: tool.runArguments(given),
    ...(call.client.tasks && { workflowId: taskId(workflow.name) }),
  });
  if (call.client.tasks) return createdTask(call.project, await ownRun(app, handle.workflowId));
  return followCall(call, handle);
}

/** Who knows the id of a task may answer and cancel it: the extension wants one that can't be guessed. */
function taskId(workflow: string): string {
  return `${workflow}-${randomBytes(16).toString('base64url')}`;
}

/** A call that comes back with answers: gives them to the run, and follows it on. */
export async function goOn(call: Call, state: CallState): Promise<Outcome> {
  if (state.call !== call.digest) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'this requestState belongs to another call', {
      reason: 'invalid_request_state',
    });
  }
  const { app } = call.project;
  const responses = call.ctx.mcpReq.inputResponses ?? {};
  for (const [key, { workflowId, question: id }] of Object.entries(state.asked)) {
    const run = await ownRun(app, workflowId);
    const question = (await run.handle.questions()).find((each) => each.id === id);
    // Somebody was faster, or its time has passed: the run tells by going on.
    if (question === undefined) continue;
    const answer = answerOf(question, responses, key);
    if (answer === undefined) return waitsResult({ workflow_id: workflowId, run_id: run.runId }, [question]);
    const refused = await refusalOf(run.handle.answer(answer));
    if (refused === undefined) continue;
    call.project.log(`run ${workflowId}: ${refused}`);
    // What doesn't fit leaves the question open: to follow the run would be to wait for ever.
    if (await isOpen(run.handle, id))
      return waitsResult({ workflow_id: workflowId, run_id: run.runId }, [question], refused);
  }
  await ownRun(app, state.workflowId);
  return followCall(call, app.getHandle(state.workflowId, state.runId), state);
}

/** Why a run did not take an answer; undefined: it did. */
async function refusalOf(answered: Promise<unknown>): Promise<string | undefined> {
  try {
    await answered;
    return undefined;
  } catch (error) {
    if (!isMcpaError(error) || error.code !== 'ANSWER_REFUSED') throw error;
    return error.message;
  }
}
