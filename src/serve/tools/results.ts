import { inspect } from 'node:util';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { rootMessage } from '../../client/index.js';
import { isMcpaError, type McpaError, type Question } from '../../core/index.js';
import { questionText } from '../run/question-form.js';
import type { ServedProject } from '../served-project.js';

/** Data as text, for models, and as structured content, for programs. */
export function dataResult(data: object, text = JSON.stringify(data, null, 2)): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: data as Record<string, unknown> };
}

interface RunIds {
  workflow_id: string;
  run_id?: string;
}

/** The result of a run: text as it is, anything else as JSON. */
export function completedResult(ids: RunIds, result: unknown): CallToolResult {
  const text = typeof result === 'string' ? result : JSON.stringify(result ?? null, null, 2);
  return dataResult({ ...ids, status: 'completed', result: result ?? null }, text);
}

/** An error that the model reads: code, message, how to mend it, and the run that it is about. */
export function errorResult(error: unknown, project: ServedProject, workflowId?: string): CallToolResult {
  const mask = project.mask ?? ((text: string) => text);
  if (!isMcpaError(error)) project.log(`error: ${mask(inspect(error))}`);
  const { code, message, hint } = isMcpaError(error) ? error : unexpected(error);
  const about = workflowId === undefined ? {} : { workflow_id: workflowId };
  const lines = [
    `${code}: ${mask(message)}`,
    ...(hint === undefined ? [] : [`fix: ${mask(hint)}`]),
    ...(workflowId === undefined ? [] : [`run: ${workflowId}`]),
  ];
  return {
    content: [{ type: 'text', text: lines.join('\n') }],
    structuredContent: {
      ...about,
      code,
      message: mask(message),
      ...(hint !== undefined && { hint: mask(hint) }),
    },
    isError: true,
  };
}

function unexpected(error: unknown): Pick<McpaError, 'code' | 'message' | 'hint'> {
  return { code: 'BUG', message: rootMessage(error) };
}

/** A question that this client can't ask its user itself, or that it answered wrongly: what it is, and how it is answered. */
export function waitsResult(ids: RunIds, questions: Question[], refused?: string): CallToolResult {
  const asked = questions.map((question) => {
    const choices =
      question.kind === 'approval' || question.kind === 'sampling' ? ['approve', 'refuse'] : question.choices;
    const offered = choices === undefined ? '' : ` [${choices.join(' / ')}]`;
    return `${question.id}: ${questionText(question)}${offered}${question.url ? ` ${question.url}` : ''}`;
  });
  const text = [
    ...(refused === undefined ? [] : [`The answer was not taken: ${refused}.`]),
    `Run ${ids.workflow_id} waits for an answer of a person:`,
    ...asked,
    'Ask the user, then call workflows-answer with workflow_id, question and the answer; it goes on waiting for the result.',
    `At a terminal: mcpa answer ${ids.workflow_id}. The question waits, also when this server ends.`,
  ].join('\n');
  return dataResult({ ...ids, status: 'human', questions }, text);
}
