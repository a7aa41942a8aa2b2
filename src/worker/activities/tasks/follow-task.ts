import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, type Context } from '@temporalio/activity';
import { type CallToolInput, FAILURE, type FollowedTask, type TaskProgress } from '../../../core/index.js';
import { McpCallError, type ToolResult } from '../../mcp/index.js';
import type { Heartbeat } from '../heartbeat.js';
import type { Services } from '../services.js';

/** So long a worker looks again and again; then each look leaves its slot, and the engine begins the next in time. */
const HELD_MS = 10_000;
/** Looks at a task that goes on for longer than this are further and further apart. */
const YOUNG_MS = 60_000;
const OF_AGE = 1 / 20;
const LONGEST_OF_AGE_MS = 30_000;
/** A server that is not to be reached for longer than this has lost its tasks. */
const LOST_MS = 3_600_000;
const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Looks where a call's task is until it has ended or asks something. Between looks that lie far apart no worker holds
 * it: the attempt fails, and the engine's retry is the timer. Attempts leave nothing in history but the last one's end.
 */
export async function followTask(
  services: Services,
  context: Context,
  heartbeat: Heartbeat,
  { server, tool, session }: CallToolInput,
  followed: FollowedTask,
): Promise<ToolResult> {
  const { id: task, responses, answered = [], deadline = Number.POSITIVE_INFINITY } = followed;
  const signal = context.cancellationSignal;
  const call = {
    server,
    tool,
    task,
    signal,
    answered,
    ...(responses === undefined ? {} : { responses }),
    ...(session === undefined ? {} : { session }),
  };
  const before = context.info.heartbeatDetails as TaskProgress | undefined;
  let progress: TaskProgress = { polls: 0, ...before, task };
  let { expiresAt = Number.POSITIVE_INFINITY } = followed;
  const begun = context.info.scheduledTimestampMs;
  const pause = async (wanted: number): Promise<void> => {
    const now = Date.now();
    // A thousand tasks of a day that want to be looked at each second would keep an engine busy for nothing.
    const wait = Math.max(wanted, Math.min(LONGEST_OF_AGE_MS, (now - begun - YOUNG_MS) * OF_AGE));
    const until = Math.min(now + wait, deadline);
    if (until > begun + HELD_MS) throw working(heartbeat, progress, until - now);
    await sleep(until - now, undefined, { signal });
    if (until >= deadline) throw timedOut(call);
  };
  try {
    if (Date.now() >= deadline) throw timedOut(call);
    if (responses !== undefined && !progress.updated) {
      const refused = await sendAnswers(services, call);
      if (refused !== undefined) return refused;
      progress = { ...progress, updated: true };
    }
    // The first look is due later than the answer that told of the task.
    if (before === undefined) await pause(followed.pollMs);
    for (;;) {
      const { pollMs, message, result, asked, ...times } = await services.pool.getTask(call);
      expiresAt = times.expiresAt ?? Number.POSITIVE_INFINITY;
      if (result !== undefined) return result;
      if (asked !== undefined && 'asks' in asked) return { content: [], asks: asked.asks };
      if (asked !== undefined) return await askedInVain(services, call, asked.problem);
      const { unreachableSince: _, ...reached } = progress;
      progress = { ...reached, polls: progress.polls + 1, ...(message === undefined ? {} : { message }) };
      heartbeat.update(progress);
      await pause(pollMs);
    }
  } catch (error) {
    if (!isPassing(error) || signal.aborted) throw error;
    throw unreachable(heartbeat, progress, error, { expiresAt, deadline });
  }
}

interface Call {
  server: string;
  tool: string;
  task: string;
  signal: AbortSignal;
}

/** Nothing is wrong: the engine's retry is the timer until the next look. */
function working(heartbeat: Heartbeat, progress: TaskProgress, waitMs: number): ApplicationFailure {
  heartbeat.keep(progress);
  const failure = ApplicationFailure.create({
    message: progress.message ?? 'the task goes on',
    type: FAILURE.taskWorking,
    nextRetryDelay: Math.max(1, Math.round(waitMs)),
    // Not worth a line in the log.
    category: 'BENIGN',
  });
  // The next attempt's start would bring it into history.
  failure.stack = '';
  return failure;
}

function timedOut({ server, tool, task }: Call): ApplicationFailure {
  const message = `task ${task} of ${tool} at MCP server ${server} was not done by its deadline`;
  return ApplicationFailure.nonRetryable(message, FAILURE.taskTimedOut);
}

/** It may have gone for a moment only; the task goes on without its callers. */
function isPassing(error: unknown): error is McpCallError {
  return (
    error instanceof McpCallError &&
    ['unavailable', 'not_sent', 'timeout', 'unknown_outcome'].includes(error.kind)
  );
}

function unreachable(
  heartbeat: Heartbeat,
  progress: TaskProgress,
  error: McpCallError,
  { expiresAt, deadline }: { expiresAt: number; deadline: number },
): Error {
  const now = Date.now();
  const { unreachableSince = now } = progress;
  const elapsed = now - unreachableSince;
  if (elapsed > LOST_MS || now > expiresAt) {
    const since = `not to be reached for ${Math.round(elapsed / 1000)} s`;
    const late = now > expiresAt ? ', and the time is over for which it keeps the task' : '';
    return new McpCallError('task_lost', error.server, `${error.message} (${since}${late})`, {
      cause: error,
    });
  }
  heartbeat.keep({ ...progress, unreachableSince });
  const wait = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, elapsed));
  return ApplicationFailure.create({
    message: error.message,
    type: FAILURE.toolNotSent,
    nextRetryDelay: Math.max(1, Math.min(wait, deadline - now)),
    cause: error,
  });
}

/** Gives the task its answers; a result when its server doesn't take them, and so waits on for what nobody is asked again. */
async function sendAnswers(services: Services, call: Call): Promise<ToolResult | undefined> {
  try {
    await services.pool.updateTask(call);
    return undefined;
  } catch (error) {
    if (!(error instanceof McpCallError) || error.kind !== 'task_lost') throw error;
    // One that is lost indeed is not found here either.
    const { result } = await services.pool.getTask(call);
    return result ?? (await endedFor(services, call, `its server refused the answers: ${error.message}`));
  }
}

/** It waits for what nobody can tell it. */
function askedInVain(services: Services, call: Call, problem: string): Promise<ToolResult> {
  return endedFor(services, call, `it asked in vain: ${problem}`);
}

async function endedFor(services: Services, call: Call, why: string): Promise<ToolResult> {
  await services.pool.cancelTask(call).catch(() => undefined);
  const text = `The task of ${call.tool} was cancelled, since ${why}`;
  return { content: [{ type: 'text', text }], isError: true };
}
