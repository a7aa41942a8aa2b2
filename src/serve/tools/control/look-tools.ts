import { z } from 'zod';
import { STATUS_WORDS, type StatusWord } from '../../../client/index.js';
import { isMcpaError } from '../../../core/index.js';
import { followCall } from '../../run/follow-call.js';
import { ownRun, workflowIdOf } from '../../run/own-run.js';
import { dataResult } from '../results.js';
import { workflowTool } from '../workflow-tool.js';
import { controlTool, READS, RUN_IDS } from './control-tool.js';

const STATUSES = ['open', 'closed', ...STATUS_WORDS] as const;

export const lookTools = [
  controlTool(
    'workflows-list',
    {
      description: 'The workflows of this project, with the schema of their input.',
      input: z.object({}),
      annotations: READS,
    },
    async ({ project }) => {
      const workflows = (await project.workflows()).map((workflow) => {
        const { name, description, inputSchema } = workflowTool(workflow).definition;
        return [name, { name, description, run_parameters: inputSchema }];
      });
      return dataResult(Object.fromEntries(workflows));
    },
  ),
  controlTool(
    'workflows-runs-list',
    {
      description: "Runs of this project's task queue, newest first: status, age, what each waits for.",
      input: z.object({
        status: z.enum(STATUSES).optional(),
        workflow: z.string().optional().describe('only runs of this workflow'),
        limit: z.number().int().min(1).max(1_000).default(100),
      }),
      annotations: READS,
    },
    async ({ project: { app } }, { status, workflow, limit }) => {
      const { runs, more } = await app.list({
        taskQueue: app.config.temporal.task_queue,
        limit,
        ...(status && { status: [status as StatusWord] }),
        ...(workflow !== undefined && { workflow }),
      });
      const listed = runs.map(({ workflowId, runId, taskQueue: _, ...run }) => ({
        workflow_id: workflowId,
        run_id: runId,
        ...run,
      }));
      return dataResult({ runs: listed, more });
    },
  ),
  controlTool(
    'workflows-get_status',
    {
      description:
        'The status of a run: what it waits for, its open questions, turns and tokens, its result or why it failed. With `wait`, follows it to its end first.',
      input: z.object({ ...RUN_IDS, wait: z.boolean().default(false) }),
      annotations: READS,
    },
    async (call, input) => {
      const { app } = call.project;
      const run = await ownRun(app, await workflowIdOf(app, input));
      if (input.wait && run.closedAt === undefined) return followCall(call, run.handle);
      const details = await run.handle.details();
      const { workflow, status, startedAt, closedAt, waits, questions, totals, failure, activities } =
        details;
      return dataResult({
        workflow_id: run.workflowId,
        run_id: run.runId,
        workflow,
        status,
        startedAt,
        ...(closedAt && { closedAt }),
        waits,
        questions,
        totals,
        activities,
        ...(failure && { failure }),
        ...(status === 'completed' && { result: (await resultOf(run.handle)) ?? null }),
      });
    },
  ),
];

/** The status is worth telling also where the result can't be read here. */
async function resultOf(handle: { result(): Promise<unknown> }): Promise<unknown> {
  return handle.result().catch((error: unknown) => {
    if (isMcpaError(error)) return `(${error.message})`;
    throw error;
  });
}
