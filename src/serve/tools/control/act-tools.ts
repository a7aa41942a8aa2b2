import { z } from 'zod';
import type { AnswerInput } from '../../../client/index.js';
import { type JsonObject, McpaError } from '../../../core/index.js';
import { followCall } from '../../run/follow-call.js';
import { ownRun, workflowIdOf } from '../../run/own-run.js';
import { checkArguments } from '../check-arguments.js';
import { dataResult } from '../results.js';
import { workflowTool } from '../workflow-tool.js';
import { controlTool, RUN_IDS } from './control-tool.js';

export const actTools = [
  controlTool(
    'workflows-run',
    {
      description: 'Starts a run and answers with its id at once; workflows-get_status has its result.',
      input: z.object({
        workflow_name: z.string(),
        run_parameters: z.record(z.string(), z.unknown()).default({}).describe('as workflows-list has them'),
        workflow_id: z.string().optional().describe('id for the run: the same one twice is refused'),
      }),
    },
    async ({ project }, { workflow_name: name, run_parameters: given, workflow_id: workflowId }) => {
      const workflows = await project.workflows();
      const workflow = workflows.find((each) => each.name === name);
      if (!workflow) {
        const names = workflows.map((each) => each.name).join(', ');
        throw new McpaError('WORKFLOW_UNKNOWN', `no workflow "${name}"`, {
          hint: `this project has: ${names}`,
        });
      }
      const tool = workflowTool(workflow);
      await checkArguments(tool.definition, given);
      const handle = await project.app.start(name, {
        args: tool.runArguments(given),
        // Who starts a second time may not know that the first one arrived; nor may an id reach a run of another queue.
        ...(workflowId !== undefined && { workflowId, idReusePolicy: 'reject_duplicate' }),
      });
      return dataResult({ workflow_id: handle.workflowId, run_id: handle.runId, execution_id: handle.runId });
    },
  ),
  controlTool(
    'workflows-resume',
    {
      description: 'Resumes a paused run, or sends it a signal with a payload.',
      input: z.object({
        ...RUN_IDS,
        signal_name: z.string().default('resume'),
        payload: z.unknown().optional(),
      }),
    },
    async ({ project: { app } }, { signal_name: signal, payload, ...ids }) => {
      const { handle, workflowId, paused } = await ownRun(app, await workflowIdOf(app, ids));
      // A pause is ended, and seen to be; anything else is a word that the workflow waits for.
      if (signal === 'resume' && payload === undefined && paused) await handle.resume();
      else await handle.signal(signal, ...(payload === undefined ? [] : [payload]));
      return dataResult({ workflow_id: workflowId, signal });
    },
  ),
  controlTool(
    'workflows-cancel',
    {
      description: 'Asks a run to stop; it may clean up first.',
      input: z.object(RUN_IDS),
      annotations: { destructiveHint: true, idempotentHint: true },
    },
    async ({ project: { app } }, ids) => {
      const { handle, workflowId } = await ownRun(app, await workflowIdOf(app, ids));
      await handle.cancel();
      return dataResult({ workflow_id: workflowId, cancel_requested: true });
    },
  ),
  controlTool(
    'workflows-answer',
    {
      description:
        'Answers a question that a run asks a person, with what the person said; then waits for the result, or for its next question.',
      input: z.object({
        ...RUN_IDS,
        question: z.string().optional().describe('id of the question, as q1; needed where several are open'),
        text: z.string().optional().describe('the answer; one of the choices where there are some'),
        decision: z
          .enum(['approve', 'refuse'])
          .optional()
          .describe('for an approval of a tool call, and of what a tool asks the model'),
        action: z.enum(['accept', 'decline', 'cancel']).optional().describe('for a form or a page'),
        content: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('for a form that is accepted: its fields'),
        wait: z.boolean().default(true).describe('false: answer, and come back at once'),
      }),
    },
    async (call, { wait, workflow_id, run_id, ...answer }) => {
      const { app } = call.project;
      const run = await ownRun(app, await workflowIdOf(app, { workflow_id, run_id }));
      const outcome = await run.handle.answer(answerInput(answer));
      return wait ? followCall(call, run.handle) : dataResult({ workflow_id: run.workflowId, ...outcome });
    },
  ),
];

function answerInput({ content, ...answer }: Record<string, unknown>): AnswerInput {
  const given = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
  if (Object.keys(given).every((key) => key === 'question')) {
    throw new McpaError('USAGE', 'there is no answer', {
      hint: 'give text, decision, or action (and content)',
    });
  }
  return { ...given, ...(content !== undefined && { content: content as JsonObject }) };
}
