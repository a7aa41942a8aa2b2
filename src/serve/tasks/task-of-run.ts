import type { CallToolResult, InputRequests } from '@modelcontextprotocol/server';
import { endOf } from '../run/follow-call.js';
import type { OwnRun } from '../run/own-run.js';
import { type Elicits, questionForm, questionText } from '../run/question-form.js';
import type { ServedProject } from '../served-project.js';
import { retentionMs } from './retention.js';

/** A task of the extension: the run, under its workflow id. */
export interface Task {
  taskId: string;
  status: 'working' | 'input_required' | 'completed' | 'cancelled';
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  ttlMs: number | null;
  pollIntervalMs: number;
  inputRequests?: InputRequests;
  result?: CallToolResult;
}

const POLL_MS = { working: 1_000, waits: 5_000 };

/** The answer to a call whose run has begun: it can be asked for at once, and after a restart. */
export async function createdTask(project: ServedProject, run: OwnRun): Promise<CallToolResult> {
  const task = {
    ...(await frameOf(project, run)),
    status: 'working',
    statusMessage: `run ${run.workflowId} started`,
  };
  return { resultType: 'task', ...task } as unknown as CallToolResult;
}

/** A run as the task that its client polls. */
export async function taskOfRun(project: ServedProject, run: OwnRun, elicits: Elicits): Promise<Task> {
  const frame = await frameOf(project, run);
  switch (run.status) {
    case 'cancelled':
    case 'terminated':
      return { ...frame, status: 'cancelled', statusMessage: `run ${run.workflowId} was ${run.status}` };
    case 'completed':
    case 'failed':
    case 'timed_out':
      // A tool's failure is a result with `isError`; `failed` would be an error of the protocol.
      return { ...frame, status: 'completed', result: await endOf({ project }, run.handle) };
    case 'human':
      return { ...frame, ...(await asking(run, elicits)), pollIntervalMs: POLL_MS.waits };
    case 'auth':
    case 'paused': {
      const { paused } = run;
      const why = run.status === 'paused' ? 'paused' : `waits for ${paused?.provider}: ${paused?.message}`;
      return { ...frame, status: 'working', statusMessage: why, pollIntervalMs: POLL_MS.waits };
    }
    default:
      return { ...frame, status: 'working', statusMessage: `run ${run.workflowId} goes on` };
  }
}

async function asking(
  run: OwnRun,
  elicits: Elicits,
): Promise<Pick<Task, 'status' | 'statusMessage' | 'inputRequests'>> {
  const questions = await run.handle.questions();
  const inputRequests: InputRequests = {};
  for (const question of questions) {
    const form = questionForm(question, elicits);
    if (form) inputRequests[question.id] = form;
  }
  const statusMessage = `asks: ${questions.map(questionText).join('; ')}`;
  if (Object.keys(inputRequests).length > 0)
    return { status: 'input_required', statusMessage, inputRequests };
  return { status: 'working', statusMessage: `${statusMessage} (mcpa answer ${run.workflowId})` };
}

async function frameOf(project: ServedProject, run: OwnRun) {
  const created = Date.parse(run.startedAt);
  const retention = run.closedAt === undefined ? undefined : await retentionMs(project.app);
  return {
    taskId: run.workflowId,
    createdAt: run.startedAt,
    lastUpdatedAt: run.closedAt ?? new Date().toISOString(),
    // An open run lives as long as it takes; the engine keeps a closed one for the retention of its namespace.
    ttlMs:
      run.closedAt === undefined || retention === undefined
        ? null
        : Date.parse(run.closedAt) + retention - created,
    pollIntervalMs: POLL_MS.working,
  };
}
