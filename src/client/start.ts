import { randomBytes } from 'node:crypto';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/client';
import type { Config } from '../config/index.js';
import { McpaError } from '../core/index.js';
import type { OpenClient } from './connection.js';
import { mapRunError } from './errors.js';
import { rememberLastRun } from './last-run.js';

/** What a start may say beside the workflow and its arguments. */
export interface StartOptions {
  args?: unknown[];
  workflowId?: string;
  taskQueue?: string;
  /** Milliseconds until the engine ends the whole run. */
  executionTimeoutMs?: number;
  idReusePolicy?: Config['temporal']['id_reuse_policy'];
}

/** The engine refuses larger ones; checked here so that the message comes before anything is sent. */
export const MAX_INPUT_BYTES = 2 * 1024 * 1024;

export async function startRun(
  { client, config, where }: OpenClient,
  workflow: string,
  options: StartOptions,
): Promise<{ workflowId: string; runId: string }> {
  const args = options.args ?? [];
  const bytes = Buffer.byteLength(JSON.stringify(args) ?? '');
  if (bytes > MAX_INPUT_BYTES) {
    throw new McpaError(
      'INPUT_TOO_LARGE',
      `the input has ${bytes} bytes; the engine takes ${MAX_INPUT_BYTES}`,
      {
        hint: 'write it to a file and pass its path, so that an MCP server reads it',
      },
    );
  }
  if (options.workflowId === '') {
    throw new McpaError('USAGE', 'the id of the run is empty', { hint: 'give one, or leave it out' });
  }
  const workflowId = options.workflowId ?? `${workflow}-${randomBytes(4).toString('hex')}`;
  try {
    const handle = await client.workflow.start(workflow, {
      args,
      workflowId,
      taskQueue: options.taskQueue ?? config.temporal.task_queue,
      ...idPolicies(options.idReusePolicy ?? config.temporal.id_reuse_policy),
      ...(options.executionTimeoutMs !== undefined && {
        workflowExecutionTimeout: options.executionTimeoutMs,
      }),
    });
    const run = { workflowId, runId: handle.firstExecutionRunId };
    if (config.files.length > 0) await rememberLastRun(config.projectDir, run);
    return run;
  } catch (error) {
    throw mapRunError(error, workflowId, where);
  }
}

/** `terminate_if_running` is a conflict policy in today's Temporal, a reuse policy in the file. */
function idPolicies(policy: Config['temporal']['id_reuse_policy']) {
  switch (policy) {
    case 'allow_duplicate_failed_only':
      return { workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY };
    case 'reject_duplicate':
      return { workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE };
    case 'terminate_if_running':
      return {
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.TERMINATE_EXISTING,
      };
    default:
      return { workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE };
  }
}
