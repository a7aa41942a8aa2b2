import {
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { isMcpaError } from '../../core/index.js';
import { clientView, TASKS_EXTENSION } from '../client-view.js';
import { isOpen, ownRun } from '../run/own-run.js';
import { answerOf, cancelOf } from '../run/question-form.js';
import type { ServedProject } from '../served-project.js';
import { taskOfRun } from './task-of-run.js';

const named = z.object({ taskId: z.string() });

/** `tasks/get`, `tasks/update` and `tasks/cancel` on top of describe, answer and cancel. */
export function serveTasks(server: Server, project: ServedProject): void {
  server.setRequestHandler('tasks/get', { params: named }, async ({ taskId }, ctx: ServerContext) => {
    requireTasks(server, ctx);
    const run = await find(project, taskId);
    return { ...(await taskOfRun(project, run, clientView(server, ctx).elicits)) };
  });
  server.setRequestHandler('tasks/update', { params: named }, async ({ taskId }, ctx) => {
    requireTasks(server, ctx);
    // The SDK takes them out of the parameters, of whatever method.
    const { inputResponses = {} } = ctx.mcpReq;
    const { handle } = await find(project, taskId);
    const left: string[] = [];
    for (const question of await handle.questions()) {
      // What is no answer to an open question is passed over, as the extension wants it.
      if (!(question.id in inputResponses)) continue;
      const { id } = question;
      // A client answers a key once: a question of a tool that its user closes would be open for ever.
      const answer = answerOf(question, inputResponses, id) ?? cancelOf(question, inputResponses, id);
      if (answer === undefined) {
        left.push(id);
        continue;
      }
      await handle.answer(answer).catch(async (error: unknown) => {
        // Somebody was faster, or its time has passed.
        const refused = isMcpaError(error) && error.code === 'ANSWER_REFUSED';
        if (!refused || (await isOpen(handle, id))) asProtocolError(error);
      });
    }
    if (left.length > 0) throw wantsAnswer(left);
    return {};
  });
  server.setRequestHandler('tasks/cancel', { params: named }, async ({ taskId }, ctx) => {
    requireTasks(server, ctx);
    const { handle, closedAt } = await find(project, taskId);
    if (closedAt === undefined)
      await handle.cancel().catch((error: unknown) => {
        // It ended in this moment: the task says how.
        if (!isMcpaError(error) || error.code !== 'RUN_CLOSED') asProtocolError(error);
      });
    return {};
  });
}

/** A workflow's own question can't be declined: taken in silence, it would be open for a client that asks nobody again. */
function wantsAnswer(questions: string[]): ProtocolError {
  const message = `${questions.join(', ')} can't be left without an answer: answer it, or cancel the task`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}

/** The extension wants it said with each request, with these as well as with the call. */
function requireTasks(server: Server, ctx: ServerContext): void {
  if (clientView(server, ctx).tasks) return;
  throw new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
}

function find(project: ServedProject, taskId: string) {
  return ownRun(project.app, taskId).catch(asProtocolError);
}

function asProtocolError(error: unknown): never {
  if (!isMcpaError(error)) throw error;
  const wrong = error.code === 'RUN_UNKNOWN' || error.code === 'ANSWER_REFUSED';
  const code = wrong ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  throw new ProtocolError(code, error.message, { code: error.code, hint: error.hint });
}
