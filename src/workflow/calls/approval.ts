import { type Answer, type Approval, type CallToolInput, FAILURE } from '../../core/index.js';
import { ask } from '../operate/human-input.js';
import { failureDetails, failureType } from './activity-cause.js';

/** What a person decided: the call to make, or what to tell the model. */
export type Permit = { input: CallToolInput } | { refused: string };

/** Asks in the inbox, with the arguments shown; the decision stands in the run's history as its answer. */
export async function permission(input: CallToolInput, approval: Approval): Promise<Permit> {
  const { agent, server, tool, arguments: args } = input;
  const answer = await ask(
    {
      kind: 'approval',
      prompt: `Allow ${agent} to call ${server}.${tool}?`,
      default: approval.onTimeout,
      agent,
      tool: { server, tool, arguments: args },
    },
    approval.timeoutMs,
  );
  if (answer === undefined) {
    return approval.onTimeout === 'approve'
      ? { input: { ...input, approved: true } }
      : { refused: `The call of ${tool} was not made: nobody approved it in time.` };
  }
  if (answer.decision === 'refuse') return { refused: refusal(tool, answer) };
  if (answer.arguments === undefined) return { input: { ...input, approved: true } };
  return { input: { ...input, arguments: answer.arguments, approved: true, edited: true } };
}

/** The worker's config wants approval for a call that came without one. */
export function approvalWanted(error: unknown): Approval | undefined {
  if (failureType(error) !== FAILURE.approvalRequired) return undefined;
  return failureDetails<Approval>(error) ?? { onTimeout: 'refuse' };
}

function refusal(tool: string, { by, text }: Answer): string {
  const who = by === undefined ? 'A person' : by;
  const why = text === undefined || text === '' ? '' : ` Reason: ${text}`;
  return `The call of ${tool} was not made: ${who} refused it.${why}`;
}
