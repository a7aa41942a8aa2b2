import { type InputRequest, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import type { AnswerInput } from '../../client/index.js';
import { type JsonObject, type Question, withoutNulls } from '../../core/index.js';

/** What a client can ask its user. */
export interface Elicits {
  form: boolean;
  url: boolean;
}

/** A question of a run as the client's elicitation; undefined for one that this client can't ask. */
export function questionForm(question: Question, elicits: Elicits): InputRequest | undefined {
  const message = questionText(question);
  if (question.kind === 'url') {
    return elicits.url && question.url ? inputRequired.elicitUrl({ message, url: question.url }) : undefined;
  }
  const { kind, schema } = question;
  // A long form can't be read while no worker answers: an answer must not be taken for another one.
  if (!elicits.form || (kind === 'form' && schema === undefined)) return undefined;
  const requestedSchema = kind === 'form' ? schema && withoutNulls(schema) : fieldOf(question);
  return inputRequired.elicit({ message, requestedSchema: requestedSchema as never });
}

function fieldOf({ kind, choices, default: preset }: Question): object {
  if (kind === 'approval' || kind === 'sampling') {
    const decision = { type: 'string', title: 'Decision', enum: ['approve', 'refuse'] };
    return { type: 'object', properties: { decision }, required: ['decision'] };
  }
  const answer = {
    type: 'string',
    title: 'Answer',
    ...(choices && { enum: choices }),
    ...(preset !== undefined && { default: preset }),
  };
  return { type: 'object', properties: { answer }, required: ['answer'] };
}

/** The question with what it is about. */
export function questionText({ prompt, agent, tool, sampling }: Question): string {
  const call = tool === undefined ? '' : `\n${tool.server}.${tool.tool} ${JSON.stringify(tool.arguments)}`;
  const messages = sampling?.messages.map(({ role, text }) => `\n${role}: ${text}`).join('') ?? '';
  return `${agent === undefined ? '' : `${agent}: `}${prompt}${call}${messages}`;
}

/** That the client's user has closed the question of a tool: the tool is told so. */
export function cancelOf(
  { id, kind }: Question,
  responses: Record<string, unknown>,
  key: string,
): AnswerInput | undefined {
  const response = inputResponse(responses, key);
  const closed = response.kind === 'elicit' && response.action === 'cancel';
  return closed && (kind === 'form' || kind === 'url') ? { question: id, action: 'cancel' } : undefined;
}

/** What the client's user said, as the run's answer; undefined when the question stays open. */
export function answerOf(
  question: Question,
  responses: Record<string, unknown>,
  key: string,
): AnswerInput | undefined {
  const response = inputResponse(responses, key);
  if (response.kind !== 'elicit') return undefined;
  const { action, content = {} } = response;
  const id = { question: question.id };
  if (question.kind === 'form' || question.kind === 'url') {
    if (action === 'cancel') return undefined;
    return {
      ...id,
      action,
      ...(action === 'accept' && question.kind === 'form' && { content: content as JsonObject }),
    };
  }
  if (question.kind === 'approval' || question.kind === 'sampling') {
    // Who declines to approve has refused; a dialog that was closed says nothing.
    if (action === 'cancel') return undefined;
    return { ...id, decision: action === 'accept' && content.decision === 'approve' ? 'approve' : 'refuse' };
  }
  return action === 'accept' ? { ...id, text: String(content.answer ?? '') } : undefined;
}
